# My permissions: what runs, what ended, and stopping.

consents-title = { $holder ->
    [own] Uw { -word-consent(form: "many") }
    [earlier] { -word-consent(form: "Many") } voor uw { -word-mailbox } onder een vroeger nummer
   *[other] { -word-consent(form: "Many") } voor { $name }
}
consents-lead = Deze { -word-provider-application(form: "many") } mogen { -word-message(form: "many") } ophalen uit { $holder ->
    [own] uw { -word-mailbox }
    [earlier] uw { -word-mailbox } onder een vroeger nummer
   *[other] de { -word-mailbox } van { $name }
}.
consents-lead-stop = U kunt elke app op elk moment stoppen.
consents-reads-only = U kunt hier alleen lezen. Wie voor { $name } beslist, kan een { -word-consent } stoppen of minder toestaan.
consents-none = Geen enkele { -word-provider-application } mag { $holder ->
    [own] uw { -word-message(form: "many") }
    [earlier] { -word-message(form: "many") } uit uw { -word-mailbox } onder een vroeger nummer
   *[other] de { -word-message(form: "many") } van { $name }
} ophalen.
consents-none-how = U geeft een { -word-consent } vanuit de { -word-provider-application } zelf. Daarna vragen wij u hier of u akkoord gaat.
consents-live-title = In gebruik
consents-sentence = { $by ->
    [you] U hebt <strong>{ $brand }</strong> toegestaan om { $holder ->
        [own] uw { -word-message(form: "many") }
        [earlier] de { -word-message(form: "many") } onder uw vroegere nummer
       *[other] de { -word-message(form: "many") } van { $name }
    } op te halen.
   *[other] { $person } heeft <strong>{ $brand }</strong> toegestaan om { $holder ->
        [own] uw { -word-message(form: "many") }
        [earlier] de { -word-message(form: "many") } onder uw vroegere nummer
       *[other] de { -word-message(form: "many") } van { $name }
    } op te halen.
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
    [one] Eén { -word-sender } is weggelaten: { $senders }.
   *[other] { $count } { -word-sender(form: "many") } zijn weggelaten: { $senders }.
}
consents-paused = Wij hebben deze { -word-provider-application } voor iedereen onderbroken sinds { $date }. Ze haalt nu niets op.
consents-less = { $brand } minder toestaan
consents-stop-whom = { $brand } stoppen
consents-stop-hint = Het stopt meteen. { $brand } behoudt wat al opgehaald is.
consents-software-title = { -word-own-software(form: "Many") }
consents-software-sentence = { $by ->
    [you] U hebt <strong>{ $brand }</strong> geregistreerd, een systeem van { $name } zelf dat deze { -word-mailbox } leest.
   *[other] { $person } heeft <strong>{ $brand }</strong> geregistreerd, een systeem van { $name } zelf dat deze { -word-mailbox } leest.
}
consents-software-register = Een systeem van { $name } zelf deze { -word-mailbox } laten lezen
consents-still-title = Onderbroken
consents-still-why = { $why ->
    [deceased] De persoon die dit toestond, is overleden.
    [incapable] De persoon die dit toestond, kan op dit moment niet handelen.
    [closed] Deze { -word-mailbox } is gesloten.
    [merged] { $by ->
        [you] Twee nummers van u zijn samengevoegd.
       *[other] Twee nummers van de persoon die dit toestond, zijn samengevoegd.
    }
   *[roleEnded] { $holder ->
        [own] De persoon die dit toestond, vertegenwoordigt u niet meer.
        [earlier] De persoon die dit toestond, vertegenwoordigt u niet meer.
       *[other] De persoon die dit toestond, vertegenwoordigt { $name } niet meer.
    }
}
consents-still-nothing = { $brand } haalt nu niets op.
consents-still-since = Onderbroken op
consents-still-until = Kan verdergaan tot
consents-still-resume = { $brand } laten verdergaan
consents-ended-title = Beëindigd
consents-ended-on = Beëindigd op
consents-ended-how = { $how ->
    [citizen] { $by ->
        [you] U hebt dit gestopt.
        [unsaid] Dit werd gestopt vanuit de { -word-mailbox }.
       *[other] { $person } heeft dit gestopt.
    }
    [provider] { $brand } heeft dit gestopt.
    [expired] De einddatum was bereikt.
    [superseded] { $by ->
        [you] U gaf { $brand } een nieuwe { -word-consent }.
       *[other] { $brand } kreeg een nieuwe { -word-consent }.
    }
    [withdrawn] { -word-activation(form: "One") } werd uitgezet.
    [operator] Wij hebben dit gestopt.
    [mandate] { $holder ->
        [own] Wie dit toestond, vertegenwoordigt u niet meer.
        [earlier] Wie dit toestond, vertegenwoordigt u niet meer.
        [unsaid] Wie dit toestond, vertegenwoordigt de houder van de { -word-mailbox } niet meer.
       *[other] Wie dit toestond, vertegenwoordigt { $name } niet meer.
    }
    [unclaimed] { $brand } heeft er niet op tijd gebruik van gemaakt.
    [forsaken] Ze stond stil en niemand liet ze binnen 30 dagen verdergaan.
    [refused] { $by ->
        [you] U hebt geweigerd.
       *[other] Dit werd geweigerd.
    }
    [timedout] Er werd niet op tijd beslist.
   *[removed] Wij hebben { $brand } gestopt, want die { -word-provider-application } mag hier geen { -word-message(form: "many") } meer ophalen.
}

consent-ended-title = { $brand } is gestopt
consent-ended-text = { $brand } kan { $holder ->
    [own] uw { -word-message(form: "many") }
    [earlier] { -word-message(form: "many") } uit uw { -word-mailbox } onder een vroeger nummer
   *[other] de { -word-message(form: "many") } van { $name }
} niet meer ophalen. Dit geldt vanaf { $moment }.
consent-ended-kept = { $brand } behoudt wat al opgehaald was, zo lang als u bij uw akkoord te lezen kreeg. Wilt u dat laten verwijderen? Vraag het aan { $legal }.
consent-ended-software = Wat al opgehaald was, blijft bij de onderneming.
consent-ended-number = Nummer van deze { -word-consent }:
consent-ended-next = Terug naar de { -word-consent(form: "many") }

resume-title = { $brand } laten verdergaan?
resume-who-title = Waarover het gaat
resume-may-title = Wat er gezien en gedaan wordt
resume-yours = Vanaf dan geldt deze { -word-consent } als door u gegeven.
resume-stop = U kunt ze op elk moment stoppen.
resume-otherwise = Laat niemand ze verdergaan voor { $moment }, dan eindigt ze vanzelf.
resume-on = Laten verdergaan
resume-keep = Onderbroken laten

resumed-title = { $brand } is in gebruik
resumed-text = { $brand } mag { -word-message(form: "many") } ophalen tot { $moment }. U kunt dit op elk moment stoppen.

less-title = { $brand } minder toestaan
less-lead = Vink aan wat { $brand } niet meer mag doen of zien. De rest blijft zoals het is.
less-actions = Niet meer toegestaan
less-senders = { -word-message(form: "Many") } van deze { -word-sender(form: "many") } niet meer zichtbaar
less-already = Al weggelaten
less-note = Het geldt meteen. { $brand } behoudt wat al opgehaald is.
less-more = Wilt u weer meer toestaan? Begin in { $brand } zelf: wij vragen het u dan hier.
less-save = Bewaren
less-back = Terug zonder te wijzigen
