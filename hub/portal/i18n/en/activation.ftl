# Turning digital mail on and off, each on its own screen.

activation-title = Receive your { -word-publication(form: "many") } digitally?
activation-for = This is about: { $holder ->
    [own] your own { -word-mailbox }
   *[enterprise] the { -word-mailbox } of { $name }
}
activation-changes-title = What changes
activation-change-paper = Public bodies may send { -word-publication(form: "many") } here and no longer on paper.
activation-change-legal = A { -word-publication } here counts as much as one on paper. Time limits to pay, answer or object may start when it arrives here.
activation-change-look = You look here regularly yourself, or let an { -word-provider-application } do that for you.
activation-same-title = What stays the same
activation-same-paper = A public body that cannot write digitally keeps writing on paper.
activation-same-apps = No { -word-provider-application } can see your { -word-message(form: "many") }. For that you give a { -word-consent } separately.
activation-same-back = You can turn { -word-activation } off at any time, on this same page.
activation-decide = Your decision
activation-on = Turn on
activation-not-now = Not now

withdrawal-title = { -word-activation(form: "One") } is on
withdrawal-since = On since { $date }.
withdrawal-ask = Turn off { -word-activation }?
withdrawal-change-paper = Public bodies send you new { -word-publication(form: "many") } on paper again.
withdrawal-change-apps = { $count ->
    [one] Your { -word-consent } for { $apps } ends at once.
   *[other] Your { -word-consent(form: "many") } for { $apps } end at once.
}
withdrawal-same-read = The { -word-message(form: "many") } that you already received stay here until they expire.
withdrawal-same-again = You can turn { -word-activation } on again at any time. Ended { -word-consent(form: "many") } do not come back by themselves.
withdrawal-off = Turn off
withdrawal-keep = Keep it on

activation-done-on-title = { -word-activation(form: "One") } is on
activation-done-on-text = From now on public bodies may send you { -word-publication(form: "many") } here.
activation-done-off-title = { -word-activation(form: "One") } is off
activation-done-off-text = From now on public bodies send you new { -word-publication(form: "many") } on paper.
activation-done-next = Go to the { -word-mailbox }
