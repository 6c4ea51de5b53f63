# My permissions: what runs, what ended, and stopping.

consents-title = { $holder ->
    [own] Vos { -word-consent(form: "many") }
    [earlier] { -word-consent(form: "Many") } pour votre { -word-mailbox } sous un ancien numéro
   *[other] { -word-consent(form: "Many") } pour { $name }
}
consents-lead = Ces { -word-provider-application(form: "many") } peuvent récupérer des { -word-message(form: "many") } dans { $holder ->
    [own] votre { -word-mailbox }
    [earlier] votre { -word-mailbox } sous un ancien numéro
   *[other] la { -word-mailbox } de { $name }
}.
consents-lead-stop = Vous pouvez arrêter chacune à tout moment.
consents-reads-only = Vous pouvez seulement lire ici. Quiconque décide pour { $name } peut arrêter une { -word-consent } ou permettre moins.
consents-none = Aucune { -word-provider-application } ne peut récupérer { $holder ->
    [own] vos { -word-message(form: "many") }
    [earlier] des { -word-message(form: "many") } dans votre { -word-mailbox } sous un ancien numéro
   *[other] les { -word-message(form: "many") } de { $name }
}.
consents-none-how = Vous donnez une { -word-consent } à partir de l’{ -word-provider-application } elle-même. Nous vous demandons ensuite ici si vous êtes d’accord.
consents-live-title = En cours
consents-sentence = { $by ->
    [you] Vous avez autorisé <strong>{ $brand }</strong> à récupérer { $holder ->
        [own] vos { -word-message(form: "many") }
        [earlier] les { -word-message(form: "many") } sous votre ancien numéro
       *[other] les { -word-message(form: "many") } de { $name }
    }.
   *[other] { $person } a autorisé <strong>{ $brand }</strong> à récupérer { $holder ->
        [own] vos { -word-message(form: "many") }
        [earlier] les { -word-message(form: "many") } sous votre ancien numéro
       *[other] les { -word-message(form: "many") } de { $name }
    }.
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
    [one] Un { -word-sender } est exclu : { $senders }.
   *[other] { $count } { -word-sender(form: "many") } sont exclus : { $senders }.
}
consents-paused = Nous avons suspendu cette { -word-provider-application } pour tout le monde depuis le { $date }. Elle ne récupère rien pour le moment.
consents-less = Permettre moins à { $brand }
consents-stop-whom = Arrêter { $brand }
consents-stop-hint = L’arrêt est immédiat. { $brand } garde ce qui a déjà été récupéré.
consents-software-title = { -word-own-software(form: "Many") }
consents-software-sentence = { $by ->
    [you] Vous avez enregistré <strong>{ $brand }</strong>, un système de { $name } qui lit lui-même cette { -word-mailbox }.
   *[other] { $person } a enregistré <strong>{ $brand }</strong>, un système de { $name } qui lit lui-même cette { -word-mailbox }.
}
consents-software-register = Laisser un système de { $name } lire lui-même cette { -word-mailbox }
consents-still-title = Suspendues
consents-still-why = { $why ->
    [deceased] La personne qui l’a donnée est décédée.
    [incapable] La personne qui l’a donnée ne peut pas agir pour le moment.
    [closed] Cette { -word-mailbox } a été fermée.
    [merged] { $by ->
        [you] Deux de vos numéros ont été réunis.
       *[other] Deux numéros de la personne qui l’a donnée ont été réunis.
    }
   *[roleEnded] { $holder ->
        [own] La personne qui l’a donnée ne vous représente plus.
        [earlier] La personne qui l’a donnée ne vous représente plus.
       *[other] La personne qui l’a donnée ne représente plus { $name }.
    }
}
consents-still-nothing = { $brand } ne récupère rien pour le moment.
consents-still-since = Suspendue le
consents-still-until = Peut continuer jusqu’au
consents-still-resume = Laisser { $brand } continuer
consents-ended-title = Terminées
consents-ended-on = Terminée le
consents-ended-how = { $how ->
    [citizen] { $by ->
        [you] Vous l’avez arrêtée.
        [unsaid] Elle a été arrêtée depuis la { -word-mailbox }.
       *[other] { $person } l’a arrêtée.
    }
    [provider] { $brand } l’a arrêtée.
    [expired] La date de fin était atteinte.
    [superseded] { $by ->
        [you] Vous avez donné une nouvelle { -word-consent } à { $brand }.
       *[other] { $brand } a reçu une nouvelle { -word-consent }.
    }
    [withdrawn] Le { -word-activation } a été désactivé.
    [operator] Nous l’avons arrêtée.
    [mandate] { $holder ->
        [own] La personne qui l’a donnée ne vous représente plus.
        [earlier] La personne qui l’a donnée ne vous représente plus.
        [unsaid] La personne qui l’a donnée ne représente plus le titulaire de la { -word-mailbox }.
       *[other] La personne qui l’a donnée ne représente plus { $name }.
    }
    [unclaimed] { $brand } ne l’a pas utilisée à temps.
    [forsaken] Elle était suspendue et personne ne l’a reprise dans les 30 jours.
    [refused] { $by ->
        [you] Vous avez refusé.
       *[other] La { -word-authorization-request } a été refusée.
    }
    [timedout] Aucune décision n’a été prise à temps.
   *[removed] Nous avons arrêté { $brand }, car cette { -word-provider-application } ne peut plus récupérer de { -word-message(form: "many") } ici.
}

consent-ended-title = { $brand } est arrêtée
consent-ended-text = { $brand } ne peut plus récupérer { $holder ->
    [own] vos { -word-message(form: "many") }
    [earlier] des { -word-message(form: "many") } dans votre { -word-mailbox } sous un ancien numéro
   *[other] les { -word-message(form: "many") } de { $name }
}. Cela vaut à partir du { $moment }.
consent-ended-kept = { $brand } garde ce qui a déjà été récupéré, aussi longtemps qu’indiqué lorsque vous avez donné votre accord. Pour le faire supprimer, adressez-vous à { $legal }.
consent-ended-software = Ce qui a déjà été récupéré reste dans l’entreprise.
consent-ended-number = Numéro de cette { -word-consent } :
consent-ended-next = Retour aux { -word-consent(form: "many") }

resume-title = Laisser { $brand } continuer ?
resume-who-title = De quoi il s’agit
resume-may-title = Ce qui sera vu et fait
resume-yours = Dès ce moment, cette { -word-consent } vaut comme donnée par vous.
resume-stop = Vous pouvez l’arrêter à tout moment.
resume-otherwise = Si personne ne la laisse continuer avant le { $moment }, elle se termine toute seule.
resume-on = Laisser continuer
resume-keep = Laisser suspendue

resumed-title = { $brand } est en cours
resumed-text = { $brand } peut récupérer des { -word-message(form: "many") } jusqu’au { $moment }. Vous pouvez arrêter à tout moment.

less-title = Permettre moins à { $brand }
less-lead = Cochez ce que { $brand } ne peut plus faire ou voir. Le reste ne change pas.
less-actions = N’est plus permis
less-senders = Les { -word-message(form: "many") } de ces { -word-sender(form: "many") } ne sont plus visibles
less-already = Déjà exclus
less-note = Cela vaut tout de suite. { $brand } garde ce qui a déjà été récupéré.
less-more = Voulez-vous à nouveau permettre plus ? Commencez dans { $brand } : nous vous le demanderons alors ici.
less-save = Enregistrer
less-back = Retour sans rien changer
