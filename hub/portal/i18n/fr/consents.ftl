# My permissions: what runs, what ended, and stopping.

consents-title = { $holder ->
    [own] Vos { -word-consent(form: "many") }
   *[enterprise] { -word-consent(form: "Many") } pour { $name }
}
consents-lead = Ces { -word-provider-application(form: "many") } peuvent récupérer des { -word-message(form: "many") } dans { $holder ->
    [own] votre { -word-mailbox }
   *[enterprise] la { -word-mailbox } de { $name }
}. Vous pouvez arrêter chacune à tout moment.
consents-none = Aucune { -word-provider-application } ne peut récupérer vos { -word-message(form: "many") }.
consents-none-how = Vous donnez une { -word-consent } à partir de l’{ -word-provider-application } elle-même. Nous vous demandons ensuite ici si vous êtes d’accord.
consents-live-title = En cours
consents-sentence = { $by ->
    [you] Vous avez autorisé <strong>{ $brand }</strong> à récupérer { $holder ->
        [own] vos { -word-message(form: "many") }
       *[enterprise] les { -word-message(form: "many") } de { $name }
    }.
   *[other] { $person } a autorisé <strong>{ $brand }</strong> à récupérer les { -word-message(form: "many") } de { $name }.
}
consents-representative = Un représentant
consents-legal = { $brand } est une { -word-provider-application } de { $legal }.
consents-may = Elle peut :
consents-granted = Donnée le
consents-asked = Demandée le
consents-until = Prend fin le
consents-last-read = Dernière récupération
consents-never-read = Pas encore
consents-withheld = { $count ->
    [one] Un { -word-sender } est exclu.
   *[other] { $count } { -word-sender(form: "many") } sont exclus.
}
consents-less = Permettre moins à { $brand }
consents-stop-whom = Arrêter { $brand }
consents-stop-hint = L’arrêt est immédiat. { $brand } garde ce qui a déjà été récupéré.
consents-ended-title = Terminées
consents-ended-on = Terminée le
consents-ended-how = { $how ->
    [citizen] { $holder ->
        [own] Vous l’avez arrêtée.
       *[enterprise] Un représentant de { $name } l’a arrêtée.
    }
    [provider] { $brand } l’a arrêtée.
    [expired] La date de fin était atteinte.
    [superseded] Vous avez donné une nouvelle { -word-consent } à { $brand }.
    [withdrawn] Le { -word-activation } a été désactivé.
    [operator] Nous l’avons arrêtée.
    [mandate] La personne qui l’a donnée ne représente plus { $name }.
    [unclaimed] { $brand } ne l’a pas utilisée à temps.
    [forsaken] Elle était suspendue et personne ne l’a reprise dans les 30 jours.
    [refused] Vous avez refusé.
    [timedout] Vous n’avez pas décidé à temps.
   *[removed] Nous avons arrêté { $brand }, car cette { -word-provider-application } ne peut plus récupérer de { -word-message(form: "many") } ici.
}

consent-ended-title = { $brand } est arrêtée
consent-ended-text = { $brand } ne peut plus récupérer vos { -word-message(form: "many") }. Cela vaut à partir du { $moment }.
consent-ended-kept = { $brand } garde ce qui a déjà été récupéré, aussi longtemps qu’indiqué lorsque vous avez donné votre accord. Pour le faire supprimer, adressez-vous à { $legal }.
consent-ended-number = Numéro de cette { -word-consent } :
consent-ended-next = Retour à vos { -word-consent(form: "many") }

less-title = Permettre moins à { $brand }
less-lead = Cochez ce que { $brand } ne peut plus faire ou voir. Le reste ne change pas.
less-actions = N’est plus permis
less-senders = Les { -word-message(form: "many") } de ces { -word-sender(form: "many") } ne sont plus visibles
less-already = Déjà exclus
less-note = Cela vaut tout de suite. { $brand } garde ce qui a déjà été récupéré.
less-more = Voulez-vous à nouveau permettre plus ? Commencez dans { $brand } : nous vous le demanderons alors ici.
less-save = Enregistrer
less-back = Retour sans rien changer
