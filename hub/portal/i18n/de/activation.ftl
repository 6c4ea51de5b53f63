# Turning digital mail on and off, each on its own screen.

activation-title = { $holder ->
    [own] Möchten Sie Ihre { -word-publication(form: "many") } digital erhalten?
   *[other] Möchten Sie die { -word-publication(form: "many") } für { $name } digital erhalten?
}
activation-for = Es geht um: { $holder ->
    [own] Ihr eigenes { -word-mailbox }
   *[other] das { -word-mailbox } von { $name }
}
activation-changes-title = Was sich ändert
activation-change-paper = Behörden dürfen { -word-publication(form: "many") } hierher senden und nicht mehr auf Papier.
activation-change-legal = Ein { -word-publication } hier gilt ebenso viel wie einer auf Papier. Fristen zum Zahlen, Antworten oder Widersprechen können beginnen, wenn er hier ankommt.
activation-change-look = Sie schauen hier regelmäßig selbst nach oder lassen das eine { -word-provider-application } für Sie tun.
activation-same-title = Was gleich bleibt
activation-same-paper = Eine Behörde, die nicht digital schreiben kann, schreibt weiter auf Papier.
activation-same-apps = Keine { -word-provider-application } kann { $holder ->
    [own] Ihre { -word-message(form: "many") }
   *[other] die { -word-message(form: "many") } von { $name }
} sehen. Dafür geben Sie gesondert eine { -word-consent }.
activation-same-back = Sie können die { -word-activation } jederzeit wieder ausschalten, auf dieser selben Seite.
activation-decide = Ihre Entscheidung
activation-on = Einschalten
activation-not-now = Jetzt nicht

withdrawal-title = Die { -word-activation } ist eingeschaltet
withdrawal-since = Eingeschaltet am { $date }.
withdrawal-ask = Die { -word-activation } ausschalten?
withdrawal-change-paper = { $holder ->
    [own] Behörden senden Ihnen neue { -word-publication(form: "many") } wieder auf Papier.
   *[other] Behörden senden neue { -word-publication(form: "many") } für { $name } wieder auf Papier.
}
withdrawal-change-apps = { $count ->
    [one] Die { -word-consent } für { $apps } endet sofort.
   *[other] Die { -word-consent(form: "many") } für { $apps } enden sofort.
}
withdrawal-same-read = Die { -word-message(form: "many") }, die schon hier sind, bleiben, bis sie ablaufen.
withdrawal-same-again = Sie können die { -word-activation } jederzeit wieder einschalten. Beendete { -word-consent(form: "many") } kommen nicht von selbst zurück.
withdrawal-off = Ausschalten
withdrawal-keep = Eingeschaltet lassen

activation-done-on-title = Die { -word-activation } ist eingeschaltet
activation-done-on-text = { $holder ->
    [own] Ab jetzt dürfen Behörden Ihnen hier { -word-publication(form: "many") } senden.
   *[other] Ab jetzt dürfen Behörden { -word-publication(form: "many") } für { $name } hierher senden.
}
activation-done-off-title = Die { -word-activation } ist ausgeschaltet
activation-done-off-text = { $holder ->
    [own] Ab jetzt senden Behörden Ihnen neue { -word-publication(form: "many") } auf Papier.
   *[other] Ab jetzt senden Behörden neue { -word-publication(form: "many") } für { $name } auf Papier.
}
activation-done-next = Zum { -word-mailbox }
