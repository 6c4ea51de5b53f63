# The frame of every page, and how dates, sizes and lists are written.

service-name = Facteur
service-tagline = Official mail from public bodies, in one place.
skip = Skip to the content
languages = Language
menu = Menu
menu-overview = { -word-mailbox(form: "Many") }
menu-consents = { -word-consent(form: "Many") }
menu-activation = { -word-activation(form: "One") }
logged-in-as = Logged in as <strong>{ $name }</strong>
acting-for = Acting for <strong>{ $holder }</strong>
log-in = Log in
log-out = Log out
go-home = Go to the start page
holder-own = Your own { -word-mailbox }
holder-earlier = Your { -word-mailbox } under an earlier number
holder-enterprise = { -word-mailbox(form: "One") } of { $name }
holder-person = { -word-mailbox(form: "One") } of { $name }
your-role = Your role: { $roles }
role = { $role ->
    [legalRepresentative] legal representative
    [accessManager] access manager
    [reader] reader
    [parent] parent
    [guardian] guardian
   *[helper] helper
}
enterprise-number = Enterprise number { $number }

date = { $day } { $month } { $year }
time = { $hour }:{ $minute }
moment = { $date }, { $time }
month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
list = { $first } and { $last }
size-bytes = { $number }{"\u00A0"}bytes
size-kilobytes = { $number }{"\u00A0"}kB
size-megabytes = { $number }{"\u00A0"}MB
