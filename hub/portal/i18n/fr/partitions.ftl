# Les compartiments d’une entreprise : leurs noms, ce qui va où, qui voit lesquels.

partitions-link = { -word-partition(form: "Many") } de cette { -word-mailbox }
partitions-title = { -word-partition(form: "Many") } de la { -word-mailbox } de { $name }
partitions-lead = Triez les { -word-message(form: "many") } de l’entreprise et décidez qui voit lesquels.
partitions-back = Retour à la { -word-mailbox }
partitions-choose = { -word-partition(form: "Many") }
partitions-general = Général
partitions-general-hint = Le { -word-partition } général est toujours là : ce qu’aucune règle n’envoie ailleurs y arrive.
partitions-refused-title = Non enregistré
partitions-refused = { $why ->
    [name] Un { -word-partition } a besoin d’un nom de 60 caractères au plus, qu’aucun autre ne porte. Il peut y en avoir 30.
    [rule] Une règle demande quelque chose, et aucune autre ne demande la même chose.
    [nothing] Il ne resterait rien à voir. Arrêtez plutôt l’{ -word-consent }.
   *[gone] Ce que vous vouliez changer n’est plus là ou ne peut pas être changé.
}
partitions-list-title = { -word-partition(form: "Many") }
partitions-name-of = Nom du { -word-partition } « { $partition } »
partitions-rename = Renommer « { $partition } »
partitions-remove = Supprimer « { $partition } »
partitions-remove-hint = Quand vous supprimez un { -word-partition }, ses règles disparaissent et ses { -word-message(form: "many") } retournent au { -word-partition } général, où d’autres personnes les voient peut-être.
partitions-new = Nom d’un nouveau { -word-partition }
partitions-add = Ajouter
partitions-rules-title = Où vont les nouveaux { -word-message(form: "many") }
partitions-rules-lead = Les règles sont examinées l’une après l’autre, et la première qui convient décide. Ce qui est déjà là reste où il est.
partitions-rule-kind = Genre
partitions-rule-organization = { -word-sender(form: "One") }
partitions-rule-application = Service de l’{ -word-sender }
partitions-rule-into = Va vers
partitions-rule-add = Ajouter cette règle
partitions-rule-first = Examiner la règle { $number } d’abord
partitions-rule-remove = Supprimer la règle { $number }
partitions-any = N’importe
partitions-people-title = Qui voit quoi
partitions-people-lead = Un représentant légal voit toujours tout. Ce que les autres voient peut être limité ; ce qu’ils ont permis à des applications de voir est limité en même temps.
partitions-person-unknown = Une personne qui n’est pas encore venue ici
partitions-sees = Voit
partitions-sees-all = Voit tout.
partitions-everything = Tout, aussi les { -word-partition(form: "many") } à venir
partitions-save = Enregistrer
partitions-apps-title = Ce que voient les applications et les systèmes
partitions-apps-lead = Ici, vous pouvez leur retirer des { -word-partition(form: "many") }. Pour en donner davantage, arrêtez l’{ -word-consent } et donnez-la de nouveau.
partitions-limit = Limiter « { $brand } » à ceux-ci
partitions-tells = Laisser « { $brand } » gérer les { -word-partition(form: "many") }, les règles et qui voit quoi
partitions-silent = Ne plus laisser « { $brand } » gérer les { -word-partition(form: "many") }, les règles et qui voit quoi
partitions-of-message = { -word-partition(form: "One") }
partitions-move = Déplacer
