# The start page, before and after logging in.

home-title = Votre courrier officiel, au même endroit
home-lead = Les services publics envoient leur { -word-publication } dans votre { -word-mailbox } ici. Vous le lisez en ligne, quand cela vous convient.
home-can-title = Ce que vous pouvez faire ici
home-can-read = lire le { -word-publication } des services publics et garder les { -word-attachment(form: "many") }
home-can-enterprise = lire le { -word-publication } d’une entreprise ou d’une personne pour laquelle vous agissez
home-can-consent = laisser une { -word-provider-application } que vous utilisez déjà récupérer vos { -word-message(form: "many") }, et arrêter quand vous voulez
home-choice-title = Vous choisissez
home-choice = Personne ne vous envoie rien par voie numérique tant que vous n’activez pas vous-même le { -word-activation }. Vous pouvez revenir au papier à tout moment.
home-login-hint = Vous vous connectez comme d’habitude auprès des services publics. Nous ne vous demandons jamais de mot de passe.

overview-title = { $count ->
    [one] Votre { -word-mailbox }
   *[other] Vos { -word-mailbox(form: "many") }
}
overview-lead = Choisissez la { -word-mailbox } que vous voulez ouvrir.
overview-unread = { $count ->
    [0] Aucun { -word-message } non lu
    [one] 1 { -word-message } non lu
   *[other] { $count } { -word-message(form: "many") } non lus
}
overview-off = Le { -word-activation } est désactivé : vous recevez votre { -word-publication } sur papier.
overview-closed = Fermée : aucun nouveau { -word-publication } n’arrive.
overview-open = Ouvrir
