# Who looked into a mailbox: by day and reader.

usage-title = { $holder ->
    [own] Wer hat in Ihr { -word-mailbox } gesehen
    [earlier] Wer hat in Ihr { -word-mailbox } unter einer früheren Nummer gesehen
   *[other] Wer hat in das { -word-mailbox } von { $name } gesehen
}
usage-link = Sehen, wer in dieses { -word-mailbox } gesehen hat
usage-link-consent = Sehen, was { $brand } eingesehen hat
usage-lead = Jedes Mal, wenn eine { -word-provider-application } oder eine Person etwas aus diesem { -word-mailbox } erhält, steht es hier. Es dauert einige Sekunden, bis Sie es sehen.
usage-only = Sie sehen nur, was <strong>{ $brand }</strong> mit einer { -word-consent } getan hat.
usage-all = Alles anzeigen
usage-only-this = Nur was { $brand } mit dieser { -word-consent } getan hat
usage-own-left-out = Was Sie selbst angesehen haben, steht nicht in der Liste.
usage-own-show = Auch das anzeigen
usage-own-shown = Was Sie selbst angesehen haben, steht in der Liste.
usage-own-leave-out = Das weglassen
usage-none = Niemand hat in dieses { -word-mailbox } gesehen.
usage-you = Sie selbst
usage-somebody = Eine Vertretung
usage-representative = Eine Person, die für dieses { -word-mailbox } handeln darf.
usage-representative-number = Eine Person, die für dieses { -word-mailbox } handeln darf. Nummer: { $number }
usage-holder = Die Person, der dieses { -word-mailbox } gehört.
usage-own-software = Ein System des Unternehmens selbst.
usage-operator = Eine Mitarbeiterin oder ein Mitarbeiter dieses Dienstes
usage-nothing = Nach { -word-message(form: "many") } gefragt, keine gefunden
usage-told = Erfahren, dass es bei { -word-message(form: "many") } Neues gibt
usage-checked = Anzahl der { -word-message(form: "many") } gesehen
usage-list = Liste der { -word-message(form: "many") } gesehen
usage-proofs = { -word-evidence(form: "Many") } zu { -word-message(form: "many") } gesehen
usage-rights = { -word-partition(form: "Many") }, Regeln und wer was sieht eingesehen
usage-opened = { -word-message(form: "Many") } oder { -word-attachment(form: "many") } geöffnet
usage-opened-message = { -word-message(form: "One") } geöffnet
usage-opened-file = { -word-attachment(form: "One") } geöffnet
usage-count = { $what }: { $count ->
    [one] einmal
   *[other] { $count }-mal
}
usage-in-hour = { $count ->
    [one] einmal innerhalb einer Stunde
   *[other] { $count }-mal innerhalb einer Stunde
}
usage-gone = eine { -word-message }, die nicht mehr hier ist
usage-file = ein { -word-attachment }
usage-pages = Seiten
usage-next = Frühere Tage
usage-first = Letzte Tage
usage-kept = Wir bewahren diese Liste 10 Jahre auf.
usage-file-for-programs = Die Liste als Datei für Programme (JSON)
