# The list of messages and one message.

mailbox-title = { $holder ->
    [own] Your { -word-mailbox }
   *[enterprise] { -word-mailbox(form: "One") } of { $name }
}
mailbox-count = { $total ->
    [0] There are no { -word-message(form: "many") }.
    [one] 1 { -word-message }, { $unread } unread.
   *[other] { $total } { -word-message(form: "many") }, { $unread } unread.
}
mailbox-empty = When a public body sends you a { -word-publication }, you find it here.
mailbox-off = { -word-activation(form: "One") } is off. Public bodies send you new { -word-publication(form: "many") } on paper.
mailbox-turn-on = Turn on { -word-activation }
mailbox-unread = Unread
mailbox-from = From
mailbox-received = Received
mailbox-until = Available until
mailbox-pages = Pages
mailbox-next = Older { -word-message(form: "many") }
mailbox-first = Newest { -word-message(form: "many") }

message-back = Back to the { -word-message(form: "many") }
message-kind = Kind
message-language = The { -word-sender } wrote this { -word-message } in { $language ->
    [nl] Dutch
    [fr] French
    [de] German
   *[en] English
} only.
message-text = { -word-message(form: "One") }
message-attachments = { $count ->
    [one] { -word-attachment(form: "One") }
   *[other] { -word-attachment(form: "Many") }
}
message-download = Download { $file }
message-main = Main document
message-keep = On { $date } this { -word-message } is removed. Download what you want to keep.
