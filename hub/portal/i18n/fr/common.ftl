# The frame of every page, and how dates, sizes and lists are written.

service-name = Facteur
service-tagline = Le courrier officiel des services publics, au même endroit.
skip = Aller au contenu
languages = Langue
menu = Menu
menu-overview = { -word-mailbox(form: "Many") }
menu-consents = { -word-consent(form: "Many") }
menu-activation = { -word-activation(form: "One") }
logged-in-as = Vous êtes <strong>{ $name }</strong>
acting-for = Vous agissez pour <strong>{ $holder }</strong>
log-in = Se connecter
log-out = Se déconnecter
go-home = Aller à la page d’accueil
holder-own = Votre propre { -word-mailbox }
holder-earlier = Votre { -word-mailbox } sous un ancien numéro
holder-enterprise = { -word-mailbox(form: "One") } de { $name }
holder-person = { -word-mailbox(form: "One") } de { $name }
your-role = Votre rôle : { $roles }
role = { $role ->
    [legalRepresentative] représentant légal
    [accessManager] gestionnaire des accès
    [reader] lecteur
    [parent] parent
    [guardian] tuteur ou administrateur
   *[helper] aidant
}
enterprise-number = Numéro d’entreprise { $number }

date = { $day ->
    [1] 1er
   *[other] { $day }
} { $month } { $year }
time = { $hour }{"\u00A0"}h{"\u00A0"}{ $minute }
moment = { $date }, { $time }
month = { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
}
list = { $first } et { $last }
size-bytes = { $number }{"\u00A0"}octets
size-kilobytes = { $number }{"\u00A0"}ko
size-megabytes = { $number }{"\u00A0"}Mo
