# The list of messages and one message.

mailbox-title = { $holder ->
    [own] Ihr { -word-mailbox }
   *[enterprise] { -word-mailbox(form: "One") } von { $name }
}
mailbox-count = { $total ->
    [0] Es gibt keine { -word-message(form: "many") }.
    [one] 1 { -word-message }, { $unread } ungelesen.
   *[other] { $total } { -word-message(form: "many") }, { $unread } ungelesen.
}
mailbox-empty = Wenn eine Behörde Ihnen einen { -word-publication } sendet, finden Sie ihn hier.
mailbox-off = Die { -word-activation } ist ausgeschaltet. Behörden senden Ihnen neue { -word-publication(form: "many") } auf Papier.
mailbox-turn-on = { -word-activation(form: "One") } einschalten
mailbox-unread = Ungelesen
mailbox-from = Von
mailbox-received = Erhalten
mailbox-until = Verfügbar bis
mailbox-pages = Seiten
mailbox-next = Ältere { -word-message(form: "many") }
mailbox-first = Neueste { -word-message(form: "many") }

message-back = Zurück zu den { -word-message(form: "many") }
message-kind = Art
message-language = Der { -word-sender } hat diese { -word-message } nur auf { $language ->
    [nl] Niederländisch
    [fr] Französisch
    [en] Englisch
   *[de] Deutsch
} geschrieben.
message-text = { -word-message(form: "One") }
message-attachments = { $count ->
    [one] { -word-attachment(form: "One") }
   *[other] { -word-attachment(form: "Many") }
}
message-download = { $file } herunterladen
message-main = Hauptdokument
message-keep = Am { $date } wird diese { -word-message } gelöscht. Laden Sie herunter, was Sie aufbewahren möchten.
