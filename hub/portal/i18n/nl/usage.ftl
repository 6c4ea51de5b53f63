# Who looked into a mailbox: by day and reader.

usage-title = { $holder ->
    [own] Wie keek in uw { -word-mailbox }
    [earlier] Wie keek in uw { -word-mailbox } onder een vroeger nummer
   *[other] Wie keek in de { -word-mailbox } van { $name }
}
usage-link = Bekijk wie in deze { -word-mailbox } keek
usage-link-consent = Bekijk wat { $brand } heeft ingezien
usage-lead = Telkens als een { -word-provider-application } of een persoon iets uit deze { -word-mailbox } krijgt, staat dat hier. Het duurt enkele seconden voor u het ziet.
usage-only = U ziet alleen wat <strong>{ $brand }</strong> met één { -word-consent } deed.
usage-all = Alles tonen
usage-only-this = Alleen wat { $brand } met deze { -word-consent } deed
usage-own-left-out = Wat u zelf bekeek, staat niet in de lijst.
usage-own-show = Dat ook tonen
usage-own-shown = Wat u zelf bekeek, staat in de lijst.
usage-own-leave-out = Dat weglaten
usage-none = Niemand keek in deze { -word-mailbox }.
usage-you = Uzelf
usage-somebody = Een vertegenwoordiger
usage-representative = Iemand die voor deze { -word-mailbox } mag handelen.
usage-representative-number = Iemand die voor deze { -word-mailbox } mag handelen. Nummer: { $number }
usage-holder = De persoon van wie deze { -word-mailbox } is.
usage-own-software = Een systeem van de onderneming zelf.
usage-operator = Een medewerker van deze dienst
usage-nothing = Naar { -word-message(form: "many") } gevraagd, geen gevonden
usage-told = Gezien dat er nieuws is over { -word-message(form: "many") }
usage-checked = Aantal { -word-message(form: "many") } gezien
usage-list = Lijst met { -word-message(form: "many") } gezien
usage-proofs = { -word-evidence(form: "Many") } over { -word-message(form: "many") } gezien
usage-rights = { -word-partition(form: "Many") }, regels en wie wat ziet gezien
usage-opened = { -word-message(form: "Many") } of { -word-attachment(form: "many") } geopend
usage-opened-message = { -word-message(form: "One") } geopend
usage-opened-file = { -word-attachment(form: "One") } geopend
usage-count = { $what }: { $count ->
    [one] één keer
   *[other] { $count } keer
}
usage-in-hour = { $count ->
    [one] één keer binnen een uur
   *[other] { $count } keer binnen een uur
}
usage-gone = een { -word-message } dat hier niet meer is
usage-file = een { -word-attachment }
usage-pages = Pagina’s
usage-next = Vroegere dagen
usage-first = Laatste dagen
usage-kept = Wij bewaren deze lijst 10 jaar.
usage-file-for-programs = De lijst als bestand voor programma’s (JSON)
