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
mailbox-withdrawn = { -word-withdrawn(form: "One") }
mailbox-corrected = Corrected
mailbox-from = From
mailbox-received = Received
mailbox-until = Available until
mailbox-pages = Pages
mailbox-next = Older { -word-message(form: "many") }
mailbox-first = Newest { -word-message(form: "many") }

kept-title = Kept elsewhere
kept-hint = We do not keep these { -word-message(form: "many") }. You read them with whoever keeps them.
kept-at = Kept at { $name }
kept-told = Enterprise { $number }, according to { $name }
kept-read = Read there
kept-no-subject = Without subject

archive-title = { $holder ->
    [own] Your { -word-archive }
    [earlier] Your { -word-archive } under an earlier number
   *[other] { -word-archive(form: "One") } of { $name }
}
archive-hint = { -word-message(form: "Many") } that you put away. Here too they go on their end date.
archive-empty = There is nothing in the { -word-archive }.
archive-link = Go to the { -word-archive }
archive-back = Back to the { -word-mailbox }
mailbox-all-archived = All { -word-message(form: "many") } are in the { -word-archive }.

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
message-withdrawn-title = { -word-withdrawn(form: "One") } by the { -word-sender }
message-withdrawn = { $sender } withdrew this { -word-message } on { $date } while nobody was known to have { -word-opened } it. What was in it has been destroyed.
message-withdrawn-reason = Reason given by the { -word-sender }
message-replaced = The { -word-sender } corrected this { -word-message } with a later { -word-message }.
message-replaced-link = Go to the correction
message-replaces = This { -word-message } corrects an earlier { -word-message }.
message-replaces-link = Go to the earlier { -word-message }
message-keep = On { $date } this { -word-message } is removed. Download what you want to keep.
message-archive = Move to the { -word-archive }
message-unarchive = Take out of the { -word-archive }

payment-title = To pay
payment-amount = Amount
payment-due = On or before
payment-account = Account (IBAN)
payment-payee = Payee
payment-reference = Structured reference
payment-hint = This account is registered in the name of the { -word-sender }.

replies-title = { $count ->
    [one] { -word-reply(form: "One") }
   *[other] { -word-reply(form: "Many") }
}
reply-title = Answer
reply-text = Your { -word-reply }
reply-hint = Your { -word-reply } goes to { $sender } and stays readable here. You cannot take it back.
reply-send = Send
