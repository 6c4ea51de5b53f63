# Who looked into a mailbox: by day and reader.

usage-title = { $holder ->
    [own] Qui a consulté votre { -word-mailbox }
    [earlier] Qui a consulté votre { -word-mailbox } sous un ancien numéro
   *[other] Qui a consulté la { -word-mailbox } de { $name }
}
usage-link = Voir qui a consulté cette { -word-mailbox }
usage-link-consent = Voir ce que { $brand } a consulté
usage-lead = Chaque fois qu’une { -word-provider-application } ou une personne obtient quelque chose de cette { -word-mailbox }, c’est noté ici. Cela prend quelques secondes avant que vous le voyiez.
usage-only = Vous voyez uniquement ce que <strong>{ $brand }</strong> a fait avec une { -word-consent }.
usage-all = Tout afficher
usage-only-this = Uniquement ce que { $brand } a fait avec cette { -word-consent }
usage-own-left-out = Ce que vous avez consulté vous-même n’est pas dans la liste.
usage-own-show = L’afficher aussi
usage-own-shown = Ce que vous avez consulté vous-même est dans la liste.
usage-own-leave-out = Ne pas l’afficher
usage-none = Personne n’a consulté cette { -word-mailbox }.
usage-you = Vous-même
usage-somebody = Un représentant
usage-representative = Une personne qui peut agir pour cette { -word-mailbox }.
usage-representative-number = Une personne qui peut agir pour cette { -word-mailbox }. Numéro : { $number }
usage-holder = La personne à qui appartient cette { -word-mailbox }.
usage-own-software = Un système de l’entreprise elle-même.
usage-operator = Un membre du personnel de ce service
usage-nothing = Recherche de { -word-message(form: "many") } sans résultat
usage-told = Informé de nouveautés concernant des { -word-message(form: "many") }
usage-checked = Nombre de { -word-message(form: "many") } consulté
usage-list = Liste des { -word-message(form: "many") } consultée
usage-proofs = { -word-evidence(form: "Many") } concernant les { -word-message(form: "many") } consultées
usage-rights = { -word-partition(form: "Many") }, règles et qui voit quoi : informations consultées
usage-opened = { -word-message(form: "Many") } ou { -word-attachment(form: "many") } ouverts
usage-opened-message = { -word-message(form: "One") } ouvert
usage-opened-file = { -word-attachment(form: "One") } ouverte
usage-count = { $what } : { $count ->
    [one] une fois
   *[other] { $count } fois
}
usage-in-hour = { $count ->
    [one] une fois en une heure
   *[other] { $count } fois en une heure
}
usage-gone = un { -word-message } qui n’est plus ici
usage-file = une { -word-attachment }
usage-pages = Pages
usage-next = Jours précédents
usage-first = Derniers jours
usage-kept = Nous gardons cette liste pendant 10 ans.
usage-file-for-programs = La liste en fichier pour programmes (JSON)
