# Turning digital mail on and off, each on its own screen.

activation-title = { $holder ->
    [own] Recevoir votre { -word-publication } par voie numérique ?
   *[other] Recevoir le { -word-publication } pour { $name } par voie numérique ?
}
activation-for = Cela concerne : { $holder ->
    [own] votre propre { -word-mailbox }
   *[other] la { -word-mailbox } de { $name }
}
activation-changes-title = Ce qui change
activation-change-paper = Les services publics peuvent envoyer leur { -word-publication } ici, et non plus sur papier.
activation-change-legal = Un { -word-publication } reçu ici vaut autant que sur papier. Les délais pour payer, répondre ou faire une réclamation peuvent commencer quand il arrive ici.
activation-change-look = Vous consultez ce site régulièrement, ou vous laissez une { -word-provider-application } le faire pour vous.
activation-same-title = Ce qui ne change pas
activation-same-paper = Un service public qui ne peut pas écrire par voie numérique continue à écrire sur papier.
activation-same-apps = Aucune { -word-provider-application } ne peut voir { $holder ->
    [own] vos { -word-message(form: "many") }
   *[other] les { -word-message(form: "many") } de { $name }
}. Pour cela, vous donnez une { -word-consent } à part.
activation-same-back = Vous pouvez désactiver le { -word-activation } à tout moment, sur cette même page.
activation-decide = Votre décision
activation-on = Activer
activation-not-now = Pas maintenant

withdrawal-title = Le { -word-activation } est activé
withdrawal-since = Activé le { $date }.
withdrawal-ask = Désactiver le { -word-activation } ?
withdrawal-change-paper = { $holder ->
    [own] Les services publics vous envoient à nouveau leur { -word-publication } sur papier.
   *[other] Les services publics envoient à nouveau sur papier leur { -word-publication } pour { $name }.
}
withdrawal-change-apps = { $count ->
    [one] L’{ -word-consent } pour { $apps } prend fin immédiatement.
   *[other] Les { -word-consent(form: "many") } pour { $apps } prennent fin immédiatement.
}
withdrawal-same-read = Les { -word-message(form: "many") } qui sont déjà ici y restent jusqu’à leur expiration.
withdrawal-same-again = Vous pouvez réactiver le { -word-activation } à tout moment. Les { -word-consent(form: "many") } terminées ne reviennent pas d’elles-mêmes.
withdrawal-off = Désactiver
withdrawal-keep = Laisser activé

activation-done-on-title = Le { -word-activation } est activé
activation-done-on-text = { $holder ->
    [own] Désormais, les services publics peuvent vous envoyer leur { -word-publication } ici.
   *[other] Désormais, les services publics peuvent envoyer ici leur { -word-publication } pour { $name }.
}
activation-done-off-title = Le { -word-activation } est désactivé
activation-done-off-text = { $holder ->
    [own] Désormais, les services publics vous envoient leur { -word-publication } sur papier.
   *[other] Désormais, les services publics envoient sur papier leur { -word-publication } pour { $name }.
}
activation-done-next = Aller à la { -word-mailbox }
