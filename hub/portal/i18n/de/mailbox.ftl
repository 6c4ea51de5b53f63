# The list of messages and one message.

mailbox-title = { $holder ->
    [own] Ihr { -word-mailbox }
    [earlier] Ihr { -word-mailbox } unter einer früheren Nummer
   *[other] { -word-mailbox(form: "One") } von { $name }
}
mailbox-count = { $total ->
    [0] Es gibt keine { -word-message(form: "many") }.
    [one] 1 { -word-message }, { $unread } ungelesen.
   *[other] { $total } { -word-message(form: "many") }, { $unread } ungelesen.
}
mailbox-empty = { $holder ->
    [own] Wenn eine Behörde Ihnen einen { -word-publication } sendet, finden Sie ihn hier.
   *[other] Wenn eine Behörde einen { -word-publication } für { $name } sendet, finden Sie ihn hier.
}
mailbox-off = Die { -word-activation } ist ausgeschaltet. { $holder ->
    [own] Behörden senden Ihnen neue { -word-publication(form: "many") } auf Papier.
   *[other] Behörden senden neue { -word-publication(form: "many") } für { $name } auf Papier.
}
mailbox-closed = { $holder ->
    [earlier] Dieses { -word-mailbox } gehört zu einer früheren Nummer von Ihnen. Neue { -word-publication(form: "many") } kommen in Ihrem eigenen { -word-mailbox } an. Was hier ist, können Sie lesen, bis es abläuft.
   *[other] Dieses { -word-mailbox } ist geschlossen. Hier kommen keine neuen { -word-publication(form: "many") } mehr an. Was hier ist, können Sie lesen, bis es abläuft.
}
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
