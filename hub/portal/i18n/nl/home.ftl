# The start page, before and after logging in.

home-title = Uw officiële post, op één plek
home-lead = Overheidsdiensten sturen hun { -word-publication(form: "many") } naar uw { -word-mailbox } hier. U leest ze online, wanneer het u past.
home-can-title = Wat u hier kunt doen
home-can-read = { -word-publication(form: "many") } van overheidsdiensten lezen en de { -word-attachment(form: "many") } bewaren
home-can-enterprise = de post lezen van een onderneming of een persoon voor wie u handelt
home-can-consent = een { -word-provider-application } die u al gebruikt uw { -word-message(form: "many") } laten ophalen, en daarmee stoppen wanneer u wilt
home-choice-title = U kiest
home-choice = Niemand stuurt u iets digitaal zolang u { -word-activation } niet zelf aanzet. U kunt altijd terug naar papier.
home-login-hint = U meldt zich aan zoals altijd bij de overheid. Wij vragen u nooit een wachtwoord.

overview-title = { $count ->
    [one] Uw { -word-mailbox }
   *[other] Uw { -word-mailbox(form: "many") }
}
overview-lead = Kies welke { -word-mailbox } u wilt openen.
overview-unread = { $count ->
    [0] Geen ongelezen { -word-message(form: "many") }
    [one] 1 ongelezen { -word-message }
   *[other] { $count } ongelezen { -word-message(form: "many") }
}
overview-off = { -word-activation(form: "One") } staat uit: { -word-publication(form: "many") } komen op papier.
overview-closed = Gesloten: er komen geen nieuwe { -word-publication(form: "many") } meer aan.
overview-open = Openen
