# The start page, before and after logging in.

home-title = Ihre amtliche Post an einem Ort
home-lead = Behörden senden ihre { -word-publication(form: "many") } hier an Ihr { -word-mailbox }. Sie lesen sie online, wann es Ihnen passt.
home-can-title = Was Sie hier tun können
home-can-read = { -word-publication(form: "many") } von Behörden lesen und die { -word-attachment(form: "many") } aufbewahren
home-can-enterprise = die Post eines Unternehmens oder einer Person lesen, für die Sie handeln
home-can-consent = eine { -word-provider-application }, die Sie schon nutzen, Ihre { -word-message(form: "many") } abholen lassen und damit aufhören, wann Sie wollen
home-choice-title = Sie wählen
home-choice = Niemand sendet Ihnen etwas digital, solange Sie die { -word-activation } nicht selbst einschalten. Sie können jederzeit zum Papier zurückkehren.
home-login-hint = Sie melden sich an wie sonst auch bei Behörden. Wir fragen Sie nie nach einem Passwort.

overview-title = { $count ->
    [one] Ihr { -word-mailbox }
   *[other] Ihre { -word-mailbox(form: "many") }
}
overview-lead = Wählen Sie, welches { -word-mailbox } Sie öffnen möchten.
overview-unread = { $count ->
    [0] Keine ungelesenen { -word-message(form: "many") }
    [one] 1 ungelesene { -word-message }
   *[other] { $count } ungelesene { -word-message(form: "many") }
}
overview-off = Die { -word-activation } ist ausgeschaltet: { -word-publication(form: "many") } kommen auf Papier.
overview-closed = Geschlossen: Es kommen keine neuen { -word-publication(form: "many") } mehr an.
overview-open = Öffnen
