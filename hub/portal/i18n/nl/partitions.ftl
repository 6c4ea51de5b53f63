# De vakken van een onderneming: hoe ze heten, wat waarheen gaat, wie welke ziet.

partitions-link = { -word-partition(form: "Many") } van deze { -word-mailbox }
partitions-title = { -word-partition(form: "Many") } van de { -word-mailbox } van { $name }
partitions-lead = Sorteer de { -word-message(form: "many") } van de onderneming en beslis wie welke ziet.
partitions-back = Terug naar de { -word-mailbox }
partitions-choose = { -word-partition(form: "Many") }
partitions-general = Algemeen
partitions-general-hint = Het algemene { -word-partition } is er altijd: wat geen regel ergens anders heen stuurt, komt daar.
partitions-refused-title = Niet bewaard
partitions-refused = { $why ->
    [name] Een { -word-partition } heeft een naam van hoogstens 60 tekens nodig die geen ander heeft. Er kunnen er 30 zijn.
    [rule] Een regel vraagt naar iets, en geen andere regel vraagt hetzelfde.
    [nothing] Er zou niets overblijven om te zien. Stop dan de { -word-consent }.
   *[gone] Wat u wilde veranderen, is er niet meer of kan niet worden veranderd.
}
partitions-list-title = { -word-partition(form: "Many") }
partitions-name-of = Naam van het { -word-partition } “{ $partition }”
partitions-rename = “{ $partition }” hernoemen
partitions-remove = “{ $partition }” verwijderen
partitions-remove-hint = Als u een { -word-partition } verwijdert, vervallen de regels ervan en gaan de { -word-message(form: "many") } terug naar het algemene, waar andere mensen ze misschien zien.
partitions-new = Naam van een nieuw { -word-partition }
partitions-add = Toevoegen
partitions-rules-title = Waar nieuwe { -word-message(form: "many") } heen gaan
partitions-rules-lead = De regels worden een voor een bekeken, en de eerste die past, beslist. { -word-message(form: "Many") } die er al zijn, blijven waar ze zijn.
partitions-rule-kind = Soort
partitions-rule-organization = { -word-sender(form: "One") }
partitions-rule-application = Dienst van de { -word-sender }
partitions-rule-into = Gaat naar
partitions-rule-add = Deze regel toevoegen
partitions-rule-first = Regel { $number } eerst bekijken
partitions-rule-remove = Regel { $number } verwijderen
partitions-any = Om het even
partitions-people-title = Wie wat ziet
partitions-people-lead = Een wettelijke vertegenwoordiger ziet altijd alles. Wat anderen zien, kan worden beperkt; wat zij apps lieten zien, wordt mee beperkt.
partitions-person-unknown = Iemand die hier nog niet is geweest
partitions-sees = Ziet
partitions-sees-all = Ziet alles.
partitions-everything = Alles, ook { -word-partition(form: "many") } die later komen
partitions-save = Bewaren
partitions-apps-title = Wat apps en systemen zien
partitions-apps-lead = Hier kunt u hun { -word-partition(form: "many") } afnemen. Om meer te geven, stopt u de { -word-consent } en geeft u ze opnieuw.
partitions-limit = “{ $brand }” hiertoe beperken
partitions-tells = “{ $brand }” { -word-partition(form: "many") }, regels en wie wat ziet laten beheren
partitions-silent = “{ $brand }” geen { -word-partition(form: "many") }, regels en wie wat ziet meer laten beheren
partitions-of-message = { -word-partition(form: "One") }
partitions-move = Verplaatsen
