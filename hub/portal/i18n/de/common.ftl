# The frame of every page, and how dates, sizes and lists are written.

service-name = Facteur
service-tagline = Amtliche Post der Behörden an einem Ort.
skip = Zum Inhalt
languages = Sprache
menu = Menü
menu-overview = { -word-mailbox(form: "Many") }
menu-consents = { -word-consent(form: "Many") }
menu-activation = { -word-activation(form: "One") }
logged-in-as = Angemeldet als <strong>{ $name }</strong>
acting-for = Sie handeln für <strong>{ $holder }</strong>
log-in = Anmelden
log-out = Abmelden
go-home = Zur Startseite
holder-own = Ihr eigenes { -word-mailbox }
holder-earlier = Ihr { -word-mailbox } unter einer früheren Nummer
holder-enterprise = { -word-mailbox(form: "One") } von { $name }
holder-person = { -word-mailbox(form: "One") } von { $name }
your-role = Ihre Rolle: { $roles }
role = { $role ->
    [legalRepresentative] gesetzliche Vertretung
    [accessManager] Zugangsverwaltung
    [reader] Lesezugriff
    [parent] Elternteil
    [guardian] Vormund oder Betreuung
   *[helper] Hilfe
}
enterprise-number = Unternehmensnummer { $number }

date = { $day }. { $month } { $year }
time = { $hour }:{ $minute }{"\u00A0"}Uhr
moment = { $date }, { $time }
month = { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
}
list = { $first } und { $last }
size-bytes = { $number }{"\u00A0"}Bytes
size-kilobytes = { $number }{"\u00A0"}kB
size-megabytes = { $number }{"\u00A0"}MB
