# Turning digital mail on and off, each on its own screen.

activation-title = { $holder ->
    [own] Wilt u uw { -word-publication(form: "many") } digitaal ontvangen?
   *[other] Wilt u de { -word-publication(form: "many") } voor { $name } digitaal ontvangen?
}
activation-for = Dit gaat over: { $holder ->
    [own] uw eigen { -word-mailbox }
   *[other] de { -word-mailbox } van { $name }
}
activation-changes-title = Wat verandert er
activation-change-paper = Overheidsdiensten mogen { -word-publication(form: "many") } hierheen sturen en niet meer op papier.
activation-change-legal = Een { -word-publication } hier telt evenveel als een op papier. Termijnen om te betalen, te antwoorden of bezwaar te maken kunnen beginnen wanneer de { -word-publication } hier aankomt.
activation-change-look = U kijkt hier zelf regelmatig, of laat een { -word-provider-application } dat voor u doen.
activation-same-title = Wat blijft hetzelfde
activation-same-paper = Een overheidsdienst die niet digitaal kan schrijven, blijft op papier schrijven.
activation-same-apps = Geen enkele { -word-provider-application } kan { $holder ->
    [own] uw { -word-message(form: "many") }
   *[other] de { -word-message(form: "many") } van { $name }
} zien. Daarvoor geeft u apart een { -word-consent }.
activation-same-back = U kunt { -word-activation } op elk moment weer uitzetten, op deze zelfde pagina.
activation-decide = Uw beslissing
activation-on = Aanzetten
activation-not-now = Nu niet

withdrawal-title = { -word-activation(form: "One") } staat aan
withdrawal-since = Aangezet op { $date }.
withdrawal-ask = { -word-activation(form: "One") } uitzetten?
withdrawal-change-paper = { $holder ->
    [own] Overheidsdiensten sturen u nieuwe { -word-publication(form: "many") } weer op papier.
   *[other] Overheidsdiensten sturen nieuwe { -word-publication(form: "many") } voor { $name } weer op papier.
}
withdrawal-change-apps = { $count ->
    [one] De { -word-consent } voor { $apps } eindigt meteen.
   *[other] De { -word-consent(form: "many") } voor { $apps } eindigen meteen.
}
withdrawal-same-read = De { -word-message(form: "many") } die hier al zijn, blijven tot ze vervallen.
withdrawal-same-again = U kunt { -word-activation } op elk moment weer aanzetten. Beëindigde { -word-consent(form: "many") } komen niet vanzelf terug.
withdrawal-off = Uitzetten
withdrawal-keep = Aan laten staan

activation-done-on-title = { -word-activation(form: "One") } staat aan
activation-done-on-text = { $holder ->
    [own] Vanaf nu mogen overheidsdiensten u hier { -word-publication(form: "many") } sturen.
   *[other] Vanaf nu mogen overheidsdiensten { -word-publication(form: "many") } voor { $name } hierheen sturen.
}
activation-done-off-title = { -word-activation(form: "One") } staat uit
activation-done-off-text = { $holder ->
    [own] Vanaf nu sturen overheidsdiensten u nieuwe { -word-publication(form: "many") } op papier.
   *[other] Vanaf nu sturen overheidsdiensten nieuwe { -word-publication(form: "many") } voor { $name } op papier.
}
activation-done-next = Naar de { -word-mailbox }
