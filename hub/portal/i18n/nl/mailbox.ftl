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
mailbox-withdrawn = { -word-withdrawn(form: "One") }
mailbox-corrected = Verbeterd
mailbox-from = Van
mailbox-received = Ontvangen
mailbox-until = Beschikbaar tot
mailbox-pages = Pagina’s
mailbox-next = Oudere { -word-message(form: "many") }
mailbox-first = Nieuwste { -word-message(form: "many") }

kept-title = Elders bewaard
kept-hint = Deze { -word-message(form: "many") } bewaren wij niet. U leest ze bij wie ze bewaart.
kept-at = Bewaard bij { $name }
kept-told = Onderneming { $number }, volgens { $name }
kept-read = Daar gelezen
kept-no-subject = Zonder onderwerp

archive-title = { $holder ->
    [own] Uw { -word-archive }
    [earlier] Uw { -word-archive } onder een vroeger nummer
   *[other] { -word-archive(form: "One") } van { $name }
}
archive-hint = { -word-message(form: "Many") } die u hebt weggelegd. Ook hier verdwijnen ze op hun einddatum.
archive-empty = Er ligt niets in het { -word-archive }.
archive-link = Naar het { -word-archive }
archive-back = Terug naar de { -word-mailbox }
mailbox-all-archived = Alle { -word-message(form: "many") } liggen in het { -word-archive }.

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
message-withdrawn-title = { -word-withdrawn(form: "One") } door de { -word-sender }
message-withdrawn = { $sender } heeft dit { -word-message } op { $date } { -word-withdrawn }, zonder dat bekend was dat iemand het had { -word-opened }. Wat erin stond, is vernietigd.
message-withdrawn-reason = Reden van de { -word-sender }
message-replaced = De { -word-sender } heeft dit { -word-message } verbeterd met een later { -word-message }.
message-replaced-link = Naar de verbetering
message-replaces = Dit { -word-message } verbetert een vroeger { -word-message }.
message-replaces-link = Naar het vroegere { -word-message }
message-keep = Op { $date } wordt dit { -word-message } verwijderd. Download wat u wilt bewaren.
message-archive = In het { -word-archive } zetten
message-unarchive = Uit het { -word-archive } halen

payment-title = Te betalen
payment-amount = Bedrag
payment-due = Uiterlijk op
payment-account = Rekening (IBAN)
payment-payee = Begunstigde
payment-reference = Gestructureerde mededeling
payment-hint = Deze rekening is geregistreerd op naam van de { -word-sender }.

replies-title = { $count ->
    [one] { -word-reply(form: "One") }
   *[other] { -word-reply(form: "Many") }
}
reply-title = Antwoorden
reply-text = Uw { -word-reply }
reply-hint = Uw { -word-reply } gaat naar { $sender } en blijft hier te lezen. U kunt het niet terugnemen.
reply-send = Versturen
