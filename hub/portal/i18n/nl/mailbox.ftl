# The list of messages and one message.

mailbox-title = { $holder ->
    [own] Uw { -word-mailbox }
    [earlier] Uw { -word-mailbox } onder een vroeger nummer
   *[other] { -word-mailbox(form: "One") } van { $name }
}
mailbox-count = { $total ->
    [0] Er zijn geen { -word-message(form: "many") }.
    [one] 1 { -word-message }, { $unread } ongelezen.
   *[other] { $total } { -word-message(form: "many") }, { $unread } ongelezen.
}
mailbox-empty = { $holder ->
    [own] Stuurt een overheidsdienst u een { -word-publication }, dan vindt u die hier.
   *[other] Stuurt een overheidsdienst een { -word-publication } voor { $name }, dan vindt u die hier.
}
mailbox-off = { -word-activation(form: "One") } staat uit. { $holder ->
    [own] Overheidsdiensten sturen u nieuwe { -word-publication(form: "many") } op papier.
   *[other] Overheidsdiensten sturen nieuwe { -word-publication(form: "many") } voor { $name } op papier.
}
mailbox-closed = { $holder ->
    [earlier] Deze { -word-mailbox } hoort bij een vroeger nummer van u. Nieuwe { -word-publication(form: "many") } komen aan in uw eigen { -word-mailbox }. Wat hier is, kunt u lezen tot het vervalt.
   *[other] Deze { -word-mailbox } is gesloten. Er komen geen nieuwe { -word-publication(form: "many") } meer aan. Wat hier is, kunt u lezen tot het vervalt.
}
mailbox-turn-on = { -word-activation(form: "One") } aanzetten
mailbox-unread = Ongelezen
mailbox-from = Van
mailbox-received = Ontvangen
mailbox-until = Beschikbaar tot
mailbox-pages = Pagina’s
mailbox-next = Oudere { -word-message(form: "many") }
mailbox-first = Nieuwste { -word-message(form: "many") }

message-back = Terug naar de { -word-message(form: "many") }
message-kind = Soort
message-language = De { -word-sender } schreef dit { -word-message } alleen in het { $language ->
    [fr] Frans
    [de] Duits
    [en] Engels
   *[nl] Nederlands
}.
message-text = { -word-message(form: "One") }
message-attachments = { $count ->
    [one] { -word-attachment(form: "One") }
   *[other] { -word-attachment(form: "Many") }
}
message-download = { $file } downloaden
message-main = Hoofddocument
message-keep = Op { $date } wordt dit { -word-message } verwijderd. Download wat u wilt bewaren.
