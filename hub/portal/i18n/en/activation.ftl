# Turning digital mail on and off, each on its own screen.

activation-title = { $holder ->
    [own] Receive your { -word-publication(form: "many") } digitally?
   *[other] Receive the { -word-publication(form: "many") } for { $name } digitally?
}
activation-for = This is about: { $holder ->
    [own] your own { -word-mailbox }
   *[other] the { -word-mailbox } of { $name }
}
activation-changes-title = What changes
activation-change-paper = Public bodies may send { -word-publication(form: "many") } here and no longer on paper.
activation-change-legal = A { -word-publication } here counts as much as one on paper. Time limits to pay, answer or object may start when it arrives here.
activation-change-look = You look here regularly yourself, or let an { -word-provider-application } do that for you.
activation-same-title = What stays the same
activation-same-paper = A public body that cannot write digitally keeps writing on paper.
activation-same-apps = No { -word-provider-application } can see { $holder ->
    [own] your { -word-message(form: "many") }
   *[other] the { -word-message(form: "many") } of { $name }
}. For that you give a { -word-consent } separately.
activation-same-back = You can turn { -word-activation } off at any time, on this same page.
activation-decide = Your decision
activation-on = Turn on
activation-not-now = Not now

withdrawal-title = { -word-activation(form: "One") } is on
withdrawal-since = On since { $date }.
withdrawal-ask = Turn off { -word-activation }?
withdrawal-change-paper = { $holder ->
    [own] Public bodies send you new { -word-publication(form: "many") } on paper again.
   *[other] Public bodies send new { -word-publication(form: "many") } for { $name } on paper again.
}
withdrawal-change-apps = { $count ->
    [one] The { -word-consent } for { $apps } ends at once.
   *[other] The { -word-consent(form: "many") } for { $apps } end at once.
}
withdrawal-same-read = The { -word-message(form: "many") } that are already here stay until they expire.
withdrawal-same-again = You can turn { -word-activation } on again at any time. Ended { -word-consent(form: "many") } do not come back by themselves.
withdrawal-off = Turn off
withdrawal-keep = Keep it on

activation-done-on-title = { -word-activation(form: "One") } is on
activation-done-on-text = { $holder ->
    [own] From now on public bodies may send you { -word-publication(form: "many") } here.
   *[other] From now on public bodies may send { -word-publication(form: "many") } for { $name } here.
}
activation-done-off-title = { -word-activation(form: "One") } is off
activation-done-off-text = { $holder ->
    [own] From now on public bodies send you new { -word-publication(form: "many") } on paper.
   *[other] From now on public bodies send new { -word-publication(form: "many") } for { $name } on paper.
}
activation-done-next = Go to the { -word-mailbox }
