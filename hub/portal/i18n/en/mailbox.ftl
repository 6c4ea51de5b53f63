# The list of messages and one message.

mailbox-title = { $holder ->
    [own] Your { -word-mailbox }
    [earlier] Your { -word-mailbox } under an earlier number
   *[other] { -word-mailbox(form: "One") } of { $name }
}
mailbox-count = { $total ->
    [0] There are no { -word-message(form: "many") }.
    [one] 1 { -word-message }, { $unread } unread.
   *[other] { $total } { -word-message(form: "many") }, { $unread } unread.
}
mailbox-empty = { $holder ->
    [own] When a public body sends you a { -word-publication }, you find it here.
   *[other] When a public body sends a { -word-publication } for { $name }, you find it here.
}
mailbox-off = { -word-activation(form: "One") } is off. { $holder ->
    [own] Public bodies send you new { -word-publication(form: "many") } on paper.
   *[other] Public bodies send new { -word-publication(form: "many") } for { $name } on paper.
}
mailbox-closed = { $holder ->
    [earlier] This { -word-mailbox } belongs to an earlier number of yours. New { -word-publication(form: "many") } arrive in your own { -word-mailbox }. What is here can be read until it expires.
   *[other] This { -word-mailbox } is closed. No new { -word-publication(form: "many") } arrive here. What is here can be read until it expires.
}
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
