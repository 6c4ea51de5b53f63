# The list of messages and one message.

mailbox-title = { $holder ->
    [own] Votre { -word-mailbox }
    [earlier] Votre { -word-mailbox } sous un ancien numéro
   *[other] { -word-mailbox(form: "One") } de { $name }
}
mailbox-count = { $total ->
    [0] Il n’y a aucun { -word-message }.
    [one] 1 { -word-message }, { $unread } non lu.
   *[other] { $total } { -word-message(form: "many") }, { $unread } non lus.
}
mailbox-empty = { $holder ->
    [own] Quand un service public vous envoie un { -word-publication }, vous le trouvez ici.
   *[other] Quand un service public envoie un { -word-publication } pour { $name }, vous le trouvez ici.
}
mailbox-off = Le { -word-activation } est désactivé. { $holder ->
    [own] Les services publics vous envoient leur { -word-publication } sur papier.
   *[other] Les services publics envoient sur papier leur { -word-publication } pour { $name }.
}
mailbox-closed = { $holder ->
    [earlier] Cette { -word-mailbox } est liée à l’un de vos anciens numéros. Le nouveau { -word-publication } arrive dans votre propre { -word-mailbox }. Ce qui est ici reste lisible jusqu’à son expiration.
   *[other] Cette { -word-mailbox } est fermée. Aucun nouveau { -word-publication } n’arrive ici. Ce qui est ici reste lisible jusqu’à son expiration.
}
mailbox-turn-on = Activer le { -word-activation }
mailbox-unread = Non lu
mailbox-withdrawn = { -word-withdrawn(form: "One") }
mailbox-corrected = Corrigé
mailbox-from = De
mailbox-received = Reçu
mailbox-until = Disponible jusqu’au
mailbox-pages = Pages
mailbox-next = { -word-message(form: "Many") } plus anciens
mailbox-first = { -word-message(form: "Many") } les plus récents

kept-title = Conservés ailleurs
kept-hint = Nous ne conservons pas ces { -word-message(form: "many") }. Vous les lisez chez l’organisme qui les conserve.
kept-at = Conservé chez { $name }
kept-told = Entreprise { $number }, selon { $name }
kept-read = Lu là-bas
kept-no-subject = Sans objet

archive-title = { $holder ->
    [own] Vos { -word-archive }
    [earlier] Vos { -word-archive } sous un ancien numéro
   *[other] { -word-archive(form: "One") } de { $name }
}
archive-hint = { -word-message(form: "Many") } que vous avez rangés. Ici aussi, ils disparaissent à leur date de fin.
archive-empty = Il n’y a rien dans les { -word-archive }.
archive-link = Voir les { -word-archive }
archive-back = Retour à la { -word-mailbox }
mailbox-all-archived = Tous les { -word-message(form: "many") } sont dans les { -word-archive }.

message-back = Retour aux { -word-message(form: "many") }
message-kind = Type
message-language = L’{ -word-sender } a écrit ce { -word-message } uniquement en { $language ->
    [nl] néerlandais
    [de] allemand
    [en] anglais
   *[fr] français
}.
message-text = { -word-message(form: "One") }
message-attachments = { $count ->
    [one] { -word-attachment(form: "One") }
   *[other] { -word-attachment(form: "Many") }
}
message-download = Télécharger { $file }
message-main = Document principal
message-withdrawn-title = { -word-withdrawn(form: "One") } par l’{ -word-sender }
message-withdrawn = { $sender } a { -word-withdrawn } ce { -word-message } le { $date } sans qu’on sache que quelqu’un l’avait { -word-opened }. Son contenu est détruit.
message-withdrawn-reason = Raison donnée par l’{ -word-sender }
message-replaced = L’{ -word-sender } a corrigé ce { -word-message } par un { -word-message } ultérieur.
message-replaced-link = Voir la correction
message-replaces = Ce { -word-message } corrige un { -word-message } antérieur.
message-replaces-link = Voir le { -word-message } antérieur
message-keep = Le { $date }, ce { -word-message } sera supprimé. Téléchargez ce que vous voulez garder.
message-archive = Mettre aux { -word-archive }
message-unarchive = Sortir des { -word-archive }

payment-title = À payer
payment-amount = Montant
payment-due = Au plus tard le
payment-account = Compte (IBAN)
payment-payee = Bénéficiaire
payment-reference = Communication structurée
payment-hint = Ce compte est enregistré au nom de l’{ -word-sender }.

replies-title = { $count ->
    [one] { -word-reply(form: "One") }
   *[other] { -word-reply(form: "Many") }
}
reply-title = Répondre
reply-text = Votre { -word-reply }
reply-hint = Votre { -word-reply } est envoyée à { $sender } et reste lisible ici. Vous ne pouvez pas la reprendre.
reply-send = Envoyer
