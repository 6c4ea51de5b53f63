# My permissions: what runs, what ended, and stopping.

consents-title = { $holder ->
    [own] Uw { -word-consent(form: "many") }
   *[enterprise] { -word-consent(form: "Many") } voor { $name }
}
consents-lead = Deze { -word-provider-application(form: "many") } mogen { -word-message(form: "many") } ophalen uit { $holder ->
    [own] uw { -word-mailbox }
   *[enterprise] de { -word-mailbox } van { $name }
}. U kunt elke app op elk moment stoppen.
consents-none = Geen enkele { -word-provider-application } mag uw { -word-message(form: "many") } ophalen.
consents-none-how = U geeft een { -word-consent } vanuit de { -word-provider-application } zelf. Daarna vragen wij u hier of u akkoord gaat.
consents-live-title = In gebruik
consents-sentence = { $by ->
    [you] U hebt <strong>{ $brand }</strong> toegestaan om { $holder ->
        [own] uw { -word-message(form: "many") }
       *[enterprise] de { -word-message(form: "many") } van { $name }
    } op te halen.
   *[other] { $person } heeft <strong>{ $brand }</strong> toegestaan om de { -word-message(form: "many") } van { $name } op te halen.
}
consents-representative = Een vertegenwoordiger
consents-legal = { $brand } is een { -word-provider-application } van { $legal }.
consents-may = De app mag:
consents-granted = Gegeven op
consents-asked = Gevraagd op
consents-until = Eindigt op
consents-last-read = Laatst opgehaald
consents-never-read = Nog niet
consents-withheld = { $count ->
    [one] Eén { -word-sender } is weggelaten.
   *[other] { $count } { -word-sender(form: "many") } zijn weggelaten.
}
consents-less = { $brand } minder toestaan
consents-stop-whom = { $brand } stoppen
consents-stop-hint = Het stopt meteen. { $brand } behoudt wat al opgehaald is.
consents-ended-title = Beëindigd
consents-ended-on = Beëindigd op
consents-ended-how = { $how ->
    [citizen] { $holder ->
        [own] U hebt dit gestopt.
       *[enterprise] Een vertegenwoordiger van { $name } heeft dit gestopt.
    }
    [provider] { $brand } heeft dit gestopt.
    [expired] De einddatum was bereikt.
    [superseded] U gaf { $brand } een nieuwe { -word-consent }.
    [withdrawn] { -word-activation(form: "One") } werd uitgezet.
    [operator] Wij hebben dit gestopt.
    [mandate] Wie dit toestond, vertegenwoordigt { $name } niet meer.
    [unclaimed] { $brand } heeft er niet op tijd gebruik van gemaakt.
    [forsaken] Ze stond stil en niemand liet ze binnen 30 dagen verdergaan.
    [refused] U hebt geweigerd.
    [timedout] U hebt niet op tijd beslist.
   *[removed] Wij hebben { $brand } gestopt, want die { -word-provider-application } mag hier geen { -word-message(form: "many") } meer ophalen.
}

consent-ended-title = { $brand } is gestopt
consent-ended-text = { $brand } kan uw { -word-message(form: "many") } niet meer ophalen. Dit geldt vanaf { $moment }.
consent-ended-kept = { $brand } behoudt wat al opgehaald was, zo lang als u bij uw akkoord te lezen kreeg. Wilt u dat laten verwijderen? Vraag het aan { $legal }.
consent-ended-number = Nummer van deze { -word-consent }:
consent-ended-next = Terug naar uw { -word-consent(form: "many") }

less-title = { $brand } minder toestaan
less-lead = Vink aan wat { $brand } niet meer mag doen of zien. De rest blijft zoals het is.
less-actions = Niet meer toegestaan
less-senders = { -word-message(form: "Many") } van deze { -word-sender(form: "many") } niet meer zichtbaar
less-already = Al weggelaten
less-note = Het geldt meteen. { $brand } behoudt wat al opgehaald is.
less-more = Wilt u weer meer toestaan? Begin in { $brand } zelf: wij vragen het u dan hier.
less-save = Bewaren
less-back = Terug zonder te wijzigen
