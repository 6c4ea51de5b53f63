# An app asks for permission: the landing page, the screen, the outcome. What the screen says is kept with the
# decision: whoever changes it changes TEXT_VERSION too.

landing-title = { $brand } demande votre { -word-consent }
landing-who = { $brand } est une { -word-provider-application } de { $legal }.
landing-purpose = Pour quoi faire
landing-next-title = Ce qui va se passer
landing-next-login = Vous vous connectez, pour que nous sachions de quelle { -word-mailbox } il s’agit.
landing-next-read = Vous lisez précisément ce que { $brand } verra et fera, et jusqu’à quand.
landing-next-decide = Vous acceptez ou vous refusez. Rien ne se passe avant.
landing-close = Vous n’avez rien demandé ? Fermez alors cette page. Il ne se passera rien.

consent-title = { $brand } demande votre { -word-consent }
consent-who-title = Qui demande
consent-who = <strong>{ $brand }</strong>, une { -word-provider-application } de <strong>{ $legal }</strong>
consent-purpose = Pour quoi faire : { $purpose }
consent-may-title = Ce que { $brand } verra et fera
consent-may-scope = Il s’agit des { -word-message(form: "many") } présents maintenant et de ceux qui arrivent jusqu’à la date de fin.
action-list = voir la liste des { -word-message(form: "many") } : objet, expéditeur et dates
action-read-content = lire les { -word-message(form: "many") } et leurs { -word-attachment(form: "many") }
action-mark-read = marquer des { -word-message(form: "many") } comme lus
action-synchronise = récupérer aussi de nouveaux { -word-message(form: "many") } quand vous n’utilisez pas l’{ -word-provider-application }
action-citizen-status = voir quels { -word-message(form: "many") } ont été lus ailleurs
action-archive = mettre des { -word-message(form: "many") } aux { -word-archive } et les en sortir
action-reply = répondre aux { -word-message(form: "many") } quand l’{ -word-sender } l’accepte
consent-before = Vous avez déjà donné une { -word-consent } à { $brand }, jusqu’au { $moment }. Ce qui est nouveau est signalé.
consent-before-stays = Là où { $brand } peut déjà lire, cette { -word-consent } continue jusqu’au { $moment } au plus tard, également pour ce qui est nouveau.
consent-new = nouveau
consent-not-title = Ce que { $brand } ne verra et ne fera pas
consent-not-remove = supprimer des { -word-message(form: "many") }
consent-not-others = voir d’autres { -word-mailbox(form: "many") }
consent-not-settings = activer ou désactiver le { -word-activation }, ou donner une { -word-consent } à quelqu’un d’autre
consent-closed-title = Quand l’{ -word-provider-application } est fermée
consent-closed-choice = { $brand } peut récupérer de nouveaux { -word-message(form: "many") } quand vous n’utilisez pas l’{ -word-provider-application }, mais seulement si vous le permettez ci-dessous.
consent-closed-no = { $brand } ne peut pas récupérer de { -word-message(form: "many") } quand vous n’utilisez pas l’{ -word-provider-application }.
consent-until-title = Jusqu’à quand
consent-until = Jusqu’au <strong>{ $moment }</strong>. Ensuite, cela se termine tout seul.
consent-once = Une seule fois, dans les <strong>15 minutes</strong> après votre accord. Ensuite, cela se termine tout seul.
consent-stop-title = Comment arrêter
consent-stop = Vous pouvez arrêter à tout moment, sans donner de raison. Connectez-vous ici, allez à « { -word-consent(form: "Many") } » et appuyez sur « Arrêter ». Dès ce moment, { $brand } ne peut plus rien récupérer.
consent-copies-title = Combien de temps { $brand } garde des copies
consent-copies = { $brand } dit : « { $text } »
consent-copies-stop = Cela vaut aussi, après votre arrêt, pour ce qu’elle a déjà.
consent-decide-title = Votre décision
consent-decide-who = Vous êtes connecté en tant que <strong>{ $person }</strong>.
consent-decide-for = { $holder ->
    [own] Vous décidez pour <strong>votre propre { -word-mailbox }</strong>.
   *[other] Vous décidez pour <strong>la { -word-mailbox } de { $name }</strong>.
}
consent-choose = Pour quelles { -word-mailbox(form: "many") } décidez-vous ?
consent-choose-hint = Pour accepter, choisissez-en au moins une.
consent-less-title = Permettre moins
consent-less-hint = Cochez ce que { $brand } ne peut pas faire.
consent-more-title = Permettre plus
consent-more-hint = Cochez ce que { $brand } peut faire en plus.
consent-senders-title = Exclure des { -word-sender(form: "many") }
consent-senders-hint = Cochez ceux dont { $brand } ne peut pas voir les { -word-message(form: "many") }.
consent-agree = Accepter
consent-refuse = Refuser
consent-after = Quel que soit votre choix, vous retournez ensuite à { $brand }.

outcome-agreed-title = Vous avez accepté
outcome-agreed-text = { $brand } peut maintenant récupérer des { -word-message(form: "many") }. Vous pouvez arrêter à tout moment sous « { -word-consent(form: "Many") } ».
outcome-refused-title = Vous avez refusé
outcome-refused-text = { $brand } ne reçoit rien. Vous ne devez rien faire d’autre.
outcome-expired-title = Cette { -word-authorization-request } est trop ancienne
outcome-expired-text = Trop de temps a passé. Rien n’a changé. Retournez à { $brand } et recommencez là-bas.
outcome-browser-title = Continuez dans votre premier navigateur
outcome-browser-text = Vous avez commencé dans un autre navigateur ou sur un autre appareil. Pour votre sécurité, rien n’a changé ici. Retournez là où vous avez commencé, ou recommencez dans { $brand }.
outcome-fit-title = Vous n’avez pas de { -word-mailbox } pour cette { -word-authorization-request }
outcome-fit-text = La { -word-authorization-request } de { $brand } porte sur un type de { -word-mailbox } que vous n’avez pas, ou pour lequel vous ne pouvez pas décider. Rien n’a changé.
outcome-off-title = Le { -word-activation } reste désactivé
outcome-off-text = { $brand } ne peut récupérer des { -word-message(form: "many") } que si le { -word-activation } est activé. Rien n’a changé. Vous pouvez l’activer quand vous voulez.
outcome-person-title = Cette { -word-provider-application } attend quelqu’un d’autre
outcome-person-text = Vous n’êtes pas la personne que { $brand } connaît. Rien n’a changé, et { $brand } n’apprend pas qui vous êtes.
outcome-grant-title = Cette { -word-authorization-request } ne vous concerne pas
outcome-grant-text = { $brand } renvoie à une { -word-consent } antérieure de quelqu’un d’autre, ou qui a pris fin. Rien n’a changé.
outcome-closed-title = { $brand } ne vous est pas encore ouverte
outcome-closed-text = { $brand } est encore en période d’essai et n’est ouverte qu’aux personnes invitées. Rien n’a changé. Demandez à { $brand } quand l’application sera ouverte à tous.
outcome-back = Retour à { $brand }
outcome-consents = Voir vos { -word-consent(form: "many") }
