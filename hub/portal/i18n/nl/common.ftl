# The frame of every page, and how dates, sizes and lists are written.

service-name = Facteur
service-tagline = Officiële post van de overheid, op één plek.
skip = Ga naar de inhoud
languages = Taal
menu = Menu
menu-overview = { -word-mailbox(form: "Many") }
menu-consents = { -word-consent(form: "Many") }
menu-activation = { -word-activation(form: "One") }
logged-in-as = Aangemeld als <strong>{ $name }</strong>
acting-for = U handelt voor <strong>{ $holder }</strong>
log-in = Aanmelden
log-out = Afmelden
go-home = Naar de startpagina
holder-own = Uw eigen { -word-mailbox }
holder-earlier = Uw { -word-mailbox } onder een vroeger nummer
holder-enterprise = { -word-mailbox(form: "One") } van { $name }
holder-person = { -word-mailbox(form: "One") } van { $name }
your-role = Uw rol: { $roles }
role = { $role ->
    [legalRepresentative] wettelijk vertegenwoordiger
    [accessManager] toegangsbeheerder
    [reader] lezer
    [parent] ouder
    [guardian] voogd of bewindvoerder
   *[helper] helper
}
enterprise-number = Ondernemingsnummer { $number }

date = { $day } { $month } { $year }
time = { $hour }.{ $minute }{"\u00A0"}uur
moment = { $date }, { $time }
month = { $month ->
    [1] januari
    [2] februari
    [3] maart
    [4] april
    [5] mei
    [6] juni
    [7] juli
    [8] augustus
    [9] september
    [10] oktober
    [11] november
   *[12] december
}
list = { $first } en { $last }
size-bytes = { $number }{"\u00A0"}bytes
size-kilobytes = { $number }{"\u00A0"}kB
size-megabytes = { $number }{"\u00A0"}MB
