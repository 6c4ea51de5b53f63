# Die Fächer eines Unternehmens: wie sie heißen, was wohin geht, wer welche sieht.

partitions-link = { -word-partition(form: "Many") } dieses Postfachs
partitions-title = { -word-partition(form: "Many") } des Postfachs von { $name }
partitions-lead = Sortieren Sie die { -word-message(form: "many") } des Unternehmens und entscheiden Sie, wer welche sieht.
partitions-back = Zurück zum { -word-mailbox }
partitions-choose = { -word-partition(form: "Many") }
partitions-general = Allgemein
partitions-general-hint = Das allgemeine { -word-partition } ist immer da: Was keine Regel anderswohin schickt, kommt dorthin.
partitions-refused-title = Nicht gespeichert
partitions-refused = { $why ->
    [name] Ein { -word-partition } braucht einen Namen von höchstens 60 Zeichen, den kein anderes hat. Es kann 30 davon geben.
    [rule] Eine Regel fragt nach etwas, und keine andere fragt dasselbe.
    [nothing] Es bliebe nichts zu sehen. Beenden Sie stattdessen die { -word-consent }.
   *[gone] Was Sie ändern wollten, ist nicht mehr da oder kann nicht geändert werden.
}
partitions-list-title = { -word-partition(form: "Many") }
partitions-name-of = Name des Fachs „{ $partition }“
partitions-rename = „{ $partition }“ umbenennen
partitions-remove = „{ $partition }“ entfernen
partitions-remove-hint = Wenn Sie ein { -word-partition } entfernen, fallen seine Regeln weg und seine { -word-message(form: "many") } gehen in das allgemeine zurück, wo andere Menschen sie vielleicht sehen.
partitions-new = Name eines neuen Fachs
partitions-add = Hinzufügen
partitions-rules-title = Wohin neue { -word-message(form: "many") } gehen
partitions-rules-lead = Die Regeln werden der Reihe nach befragt, und die erste, die passt, entscheidet. Was schon da ist, bleibt, wo es ist.
partitions-rule-kind = Art
partitions-rule-organization = { -word-sender(form: "One") }
partitions-rule-application = Dienst des Absenders
partitions-rule-into = Geht nach
partitions-rule-add = Diese Regel hinzufügen
partitions-rule-first = Regel { $number } zuerst befragen
partitions-rule-remove = Regel { $number } entfernen
partitions-any = Beliebig
partitions-people-title = Wer was sieht
partitions-people-lead = Gesetzliche Vertreter sehen immer alles. Was andere sehen, lässt sich begrenzen; was sie Apps sehen lassen, wird mit begrenzt.
partitions-person-unknown = Jemand, der noch nicht hier war
partitions-sees = Sieht
partitions-sees-all = Sieht alles.
partitions-everything = Alles, auch { -word-partition(form: "many") }, die später kommen
partitions-save = Speichern
partitions-apps-title = Was Apps und Systeme sehen
partitions-apps-lead = Hier können Sie ihnen { -word-partition(form: "many") } nehmen. Um mehr zu geben, beenden Sie die { -word-consent } und geben sie neu.
partitions-limit = „{ $brand }“ darauf begrenzen
partitions-tells = „{ $brand }“ { -word-partition(form: "many") }, Regeln und wer was sieht verwalten lassen
partitions-silent = „{ $brand }“ { -word-partition(form: "many") }, Regeln und wer was sieht nicht mehr verwalten lassen
partitions-of-message = { -word-partition(form: "One") }
partitions-move = Verschieben
