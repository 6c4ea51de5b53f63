# Logging in and out.

login-title = Se connecter
login-lead = Pour voir cette page, vous devez vous connecter.
login-how = Vous allez au service d’identification que vous utilisez pour tous les services publics. Ensuite, vous revenez ici.
login-safe-title = Votre numéro reste chez nous
login-safe = Votre numéro de registre national nous sert uniquement à trouver votre { -word-mailbox }. Nous ne le transmettons jamais à une { -word-provider-application }.
login-continue = Continuer
login-again = Réessayer

login-assurance-title = Connectez-vous avec un moyen plus sûr
login-assurance-text = Le moyen que vous avez utilisé n’est pas assez sûr pour le courrier officiel. Réessayez et choisissez par exemple votre carte d’identité avec son code PIN, ou une application sur votre téléphone.
login-cancelled-title = Vous n’êtes pas connecté
login-cancelled-text = Vous avez arrêté avant la fin. Rien n’a changé.
login-identity-title = Nous ne savons pas qui vous êtes
login-identity-text = Le service d’identification ne nous a pas donné de numéro de registre national valable. Sans ce numéro, nous ne trouvons pas votre { -word-mailbox }.
login-acting-title = Vous ne pouvez pas vous connecter ici pour le moment
login-acting-text = Quelqu’un d’autre peut peut-être agir ici pour vous. Vous avez des questions, ou vous pensez que ce n’est pas correct ? Contactez-nous et donnez la référence ci-dessous.
login-elsewhere-title = Continuez là où vous avez commencé
login-elsewhere-text = Vous avez commencé à vous connecter dans un autre navigateur ou une autre application. Pour votre sécurité, nous nous arrêtons ici. Rien n’a changé. Retournez là où vous avez commencé et connectez-vous à nouveau. Cela ne marche pas ? Ouvrez le navigateur que vous utilisez toujours et recommencez.
login-expired-title = La connexion a pris trop de temps
login-expired-text = Pour votre sécurité, le temps pour se connecter est limité. Veuillez recommencer.
login-unavailable-title = La connexion est impossible pour le moment
login-unavailable-text = Le service d’identification ne répond pas. Ce n’est pas de votre faute. Réessayez dans quelques minutes.

logged-out-title = Vous êtes déconnecté
logged-out-text = Vous partagez cet ordinateur avec d’autres ? Fermez aussi le navigateur.
