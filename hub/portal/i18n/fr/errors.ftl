# What went wrong, in plain words, and what to do about it.

error-trace = Référence :
error-trace-hint = Vous demandez de l’aide ? Donnez cette référence.

error-not-found-title = Nous n’avons pas trouvé cette page
error-not-found-text = L’adresse est peut-être fausse, ou le { -word-message } a expiré et a été supprimé.
error-session-title = Vous avez été déconnecté
error-session-text = Vous n’avez rien fait ici pendant un moment. Pour votre sécurité, nous vous avons déconnecté. Reconnectez-vous pour continuer.
error-forbidden-title = Vous ne pouvez pas faire cela ici
error-forbidden-text = Vous n’avez pas le droit de faire cela avec la { -word-mailbox } que vous avez ouverte. Peut-être pouvez-vous seulement y lire. Rien n’a changé.
error-form-title = Nous n’avons pas exécuté cela
error-form-text = La page que vous avez envoyée était trop ancienne, ou ne venait pas de ce site. Rien n’a changé. Revenez en arrière, rechargez la page et réessayez.
error-input-title = Nous n’avons pas compris
error-input-text = Quelque chose ne va pas dans l’adresse ou le formulaire. Rien n’a changé.
error-choice-title = Vous n’avez pas choisi de { -word-mailbox }
error-choice-text = Pour accepter, vous choisissez de quelle { -word-mailbox } il s’agit. Rien n’a changé. Revenez en arrière et choisissez-en une.
error-request-title = Ce lien ne fonctionne pas
error-request-text = L’{ -word-provider-application } vous a envoyé ici avec un lien faux, trop ancien ou déjà utilisé. Rien n’a changé. Retournez à l’{ -word-provider-application } et recommencez là-bas.
error-busy-title = Il y a beaucoup de monde
error-busy-text = Attendez une minute et réessayez. Rien n’a changé.
error-server-title = Un problème est survenu chez nous
error-server-text = Ce n’est pas de votre faute. Nous avons enregistré ce qui s’est passé. Réessayez plus tard.
