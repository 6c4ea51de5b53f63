# Turning digital mail on and off, each on its own screen.

activation-title = Möchten Sie Ihre { -word-publication(form: "many") } digital erhalten?
activation-for = Es geht um: { $holder ->
    [own] Ihr eigenes { -word-mailbox }
   *[enterprise] das { -word-mailbox } von { $name }
}
activation-changes-title = Was sich ändert
activation-change-paper = Behörden dürfen { -word-publication(form: "many") } hierher senden und nicht mehr auf Papier.
activation-change-legal = Ein { -word-publication } hier gilt ebenso viel wie einer auf Papier. Fristen zum Zahlen, Antworten oder Widersprechen können beginnen, wenn er hier ankommt.
activation-change-look = Sie schauen hier regelmäßig selbst nach oder lassen das eine { -word-provider-application } für Sie tun.
activation-same-title = Was gleich bleibt
activation-same-paper = Eine Behörde, die nicht digital schreiben kann, schreibt weiter auf Papier.
activation-same-apps = Keine { -word-provider-application } kann Ihre { -word-message(form: "many") } sehen. Dafür geben Sie gesondert eine { -word-consent }.
activation-same-back = Sie können die { -word-activation } jederzeit wieder ausschalten, auf dieser selben Seite.
activation-decide = Ihre Entscheidung
activation-on = Einschalten
activation-not-now = Jetzt nicht

withdrawal-title = Die { -word-activation } ist eingeschaltet
withdrawal-since = Eingeschaltet am { $date }.
withdrawal-ask = Die { -word-activation } ausschalten?
withdrawal-change-paper = Behörden senden Ihnen neue { -word-publication(form: "many") } wieder auf Papier.
withdrawal-change-apps = { $count ->
    [one] Ihre { -word-consent } für { $apps } endet sofort.
   *[other] Ihre { -word-consent(form: "many") } für { $apps } enden sofort.
}
withdrawal-same-read = Die { -word-message(form: "many") }, die Sie schon erhalten haben, bleiben hier, bis sie ablaufen.
withdrawal-same-again = Sie können die { -word-activation } jederzeit wieder einschalten. Beendete { -word-consent(form: "many") } kommen nicht von selbst zurück.
withdrawal-off = Ausschalten
withdrawal-keep = Eingeschaltet lassen

activation-done-on-title = Die { -word-activation } ist eingeschaltet
activation-done-on-text = Ab jetzt dürfen Behörden Ihnen hier { -word-publication(form: "many") } senden.
activation-done-off-title = Die { -word-activation } ist ausgeschaltet
activation-done-off-text = Ab jetzt senden Behörden Ihnen neue { -word-publication(form: "many") } auf Papier.
activation-done-next = Zum { -word-mailbox }
