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
mailbox-withdrawn = { -word-withdrawn(form: "One") }
mailbox-corrected = Berichtigt
mailbox-from = Von
mailbox-received = Erhalten
mailbox-until = Verfügbar bis
mailbox-pages = Seiten
mailbox-next = Ältere { -word-message(form: "many") }
mailbox-first = Neueste { -word-message(form: "many") }

kept-title = Anderswo aufbewahrt
kept-hint = Diese { -word-message(form: "many") } bewahren wir nicht auf. Sie lesen sie dort, wo sie aufbewahrt werden.
kept-at = Aufbewahrt bei { $name }
kept-told = Unternehmen { $number }, laut { $name }
kept-read = Dort gelesen
kept-no-subject = Ohne Betreff

archive-title = { $holder ->
    [own] Ihr { -word-archive }
    [earlier] Ihr { -word-archive } unter einer früheren Nummer
   *[other] { -word-archive(form: "One") } von { $name }
}
archive-hint = { -word-message(form: "Many") }, die Sie weggelegt haben. Auch hier verschwinden sie an ihrem Enddatum.
archive-empty = Im { -word-archive } liegt nichts.
archive-link = Zum { -word-archive }
archive-back = Zurück zum { -word-mailbox }
mailbox-all-archived = Alle { -word-message(form: "many") } liegen im { -word-archive }.

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
message-withdrawn-title = Vom { -word-sender } { -word-withdrawn }
message-withdrawn = { $sender } hat diese { -word-message } am { $date } { -word-withdrawn }, ohne dass bekannt war, dass jemand sie { -word-opened } hatte. Ihr Inhalt ist vernichtet.
message-withdrawn-reason = Grund des { -word-sender }s
message-replaced = Der { -word-sender } hat diese { -word-message } mit einer späteren { -word-message } berichtigt.
message-replaced-link = Zur Berichtigung
message-replaces = Diese { -word-message } berichtigt eine frühere { -word-message }.
message-replaces-link = Zur früheren { -word-message }
message-keep = Am { $date } wird diese { -word-message } gelöscht. Laden Sie herunter, was Sie aufbewahren möchten.
message-archive = Ins { -word-archive } legen
message-unarchive = Aus dem { -word-archive } holen

payment-title = Zu zahlen
payment-amount = Betrag
payment-due = Spätestens am
payment-account = Konto (IBAN)
payment-payee = Empfänger der Zahlung
payment-reference = Strukturierte Mitteilung
payment-hint = Dieses Konto ist auf den Namen des { -word-sender }s registriert.

replies-title = { $count ->
    [one] { -word-reply(form: "One") }
   *[other] { -word-reply(form: "Many") }
}
reply-title = Antworten
reply-text = Ihre { -word-reply }
reply-hint = Ihre { -word-reply } geht an { $sender } und bleibt hier lesbar. Sie können sie nicht zurücknehmen.
reply-send = Senden
