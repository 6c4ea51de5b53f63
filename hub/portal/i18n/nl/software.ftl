# An enterprise's own software: what it is, registering it, what was wrong, what comes next.

software-tag = { -word-own-software(form: "One") }
software-title = Een systeem van { $name } deze { -word-mailbox } laten lezen
software-lead = Een systeem van { $name } zelf, bijvoorbeeld voor de boekhouding, kan deze { -word-mailbox } lezen zonder een { -word-provider-application } ertussen.
software-may = Het ziet de lijst met { -word-message(form: "many") }, leest { -word-message(form: "many") } en hun { -word-attachment(form: "many") }, duidt ze aan als gelezen, zet ze in het { -word-archive } en beantwoordt ze.
software-what-only = Het leest alleen deze { -word-mailbox } en mag { -word-message(form: "many") } als gelezen aanduiden.
software-what-known = Wij herkennen het aan zijn certificaat, dat u hieronder plakt. De private sleutel blijft bij u.
software-what-until = Het mag hoogstens 12 maanden lezen. U kunt het op elk moment stoppen, naast de { -word-consent(form: "many") }.
software-what-log = Wat het leest, staat in de lijst van wie in deze { -word-mailbox } keek.
software-what-role = Vertegenwoordigt u { $name } niet meer, dan staat het stil tot iemand die dat wel doet het laat verdergaan.
software-name = Naam van het systeem
software-name-hint = Zodat u en anderen het herkennen. Hoogstens 60 tekens.
software-certificate = Certificaat
software-certificate-hint = Open het bestand van het certificaat als tekst en plak het helemaal, vanaf “-----BEGIN CERTIFICATE-----”. Zijn er meerdere, dan komt dat van het systeem zelf eerst. Plak nooit een private sleutel.
software-register = Registreren
software-back = Terug zonder te registreren
software-refused-title = Niet geregistreerd
software-refused = { $why ->
    [name] Geef het systeem een naam van 1 tot 60 tekens.
    [key] U plakte een private sleutel. Wij hebben die niet bewaard, maar een private sleutel mag uw systeem nooit verlaten. Gebruik hem niet meer: laat een nieuwe sleutel en een nieuw certificaat maken en plak hier alleen het certificaat.
    [none] Wij vonden geen certificaat in de tekst. Plak het helemaal, van “-----BEGIN CERTIFICATE-----” tot “-----END CERTIFICATE-----”.
    [expired] Het certificaat is vervallen. Vraag een nieuw en plak dat.
    [early] Het certificaat is nog niet geldig. Probeer opnieuw wanneer dat wel zo is.
    [usage] Het certificaat dient niet voor een systeem dat zich bij een ander bekendmaakt. Vraag er een met het gebruik “clientAuth”. Plakte u er meerdere, dan moet dat van het systeem zelf eerst komen.
    [revoked] Het certificaat is ingetrokken. Vraag een nieuw en plak dat.
    [unknown] Wij kunnen op dit moment niet nagaan of het certificaat ingetrokken is. Probeer het later opnieuw.
    [environment] Het certificaat is bedoeld voor een andere omgeving dan deze.
    [large] Wat u plakte, is groter dan een certificaat mag zijn. Plak hoogstens vier certificaten.
    [role] Het certificaat is bedoeld voor iets anders dan { -word-own-software } van een onderneming.
    [organization] Het certificaat is van een andere organisatie en niet van { $name }.
    [registered] Dit certificaat is al geregistreerd. Elk systeem heeft een eigen certificaat nodig.
   *[issuer] Het certificaat komt niet van een instantie die wij voor { -word-own-software } vertrouwen. Zijn er certificaten tussen, plak die dan onder dat van het systeem zelf.
}
software-done-title = { $brand } is geregistreerd
software-done-text = Het mag de { -word-mailbox } van { $name } lezen tot { $moment }.
software-next-title = Wat nu volgt
software-next = Geef dit door aan wie het systeem instelt.
software-id = Kenmerk
software-next-begin = Waar het toegang krijgt
software-next-read = Hoe het { -word-message(form: "many") } leest
software-done-beside = Het staat nu naast uw { -word-consent(form: "many") }. Daar kunt u het op elk moment stoppen.
