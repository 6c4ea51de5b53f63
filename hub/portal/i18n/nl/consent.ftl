# An app asks for permission: the landing page, the screen, the outcome. What the screen says is kept with the
# decision: whoever changes it changes TEXT_VERSION too.

landing-title = { $brand } vraagt uw { -word-consent }
landing-who = { $brand } is een { -word-provider-application } van { $legal }.
landing-purpose = Waarvoor
landing-next-title = Wat er nu gebeurt
landing-next-login = U meldt zich aan, zodat wij weten om wiens { -word-mailbox } het gaat.
landing-next-read = U leest precies wat { $brand } zal zien en doen, en tot wanneer.
landing-next-decide = U gaat akkoord of u weigert. Daarvoor gebeurt er niets.
landing-close = Hebt u dit niet gevraagd? Sluit dan deze pagina. Er gebeurt niets.

consent-title = { $brand } vraagt uw { -word-consent }
consent-who-title = Wie vraagt het
consent-who = <strong>{ $brand }</strong>, een { -word-provider-application } van <strong>{ $legal }</strong>
consent-purpose = Waarvoor: { $purpose }
consent-may-title = Wat { $brand } zal zien en doen
consent-may-scope = Het gaat om de { -word-message(form: "many") } die er nu zijn en die tot de einddatum aankomen.
action-list = de lijst met { -word-message(form: "many") } zien: onderwerp, afzender en data
action-read-content = { -word-message(form: "many") } en hun { -word-attachment(form: "many") } lezen
action-mark-read = { -word-message(form: "many") } als gelezen aanduiden
action-synchronise = ook nieuwe { -word-message(form: "many") } ophalen wanneer u de { -word-provider-application } niet gebruikt
action-citizen-status = zien welke { -word-message(form: "many") } elders gelezen zijn
action-archive = { -word-message(form: "many") } in het { -word-archive } zetten en eruit halen
action-reply = { -word-message(form: "many") } beantwoorden als de { -word-sender } dat toelaat
consent-before = U gaf { $brand } al eerder { -word-consent }, tot { $moment }. Wat nieuw is, is aangeduid.
consent-before-stays = Waar { $brand } al mag lezen, loopt deze { -word-consent } door tot uiterlijk { $moment }, ook voor wat nieuw is.
consent-new = nieuw
consent-not-title = Wat { $brand } niet zal zien of doen
consent-not-remove = { -word-message(form: "many") } verwijderen
consent-not-others = andere { -word-mailbox(form: "many") } zien
consent-not-settings = { -word-activation } aan- of uitzetten, of iemand anders { -word-consent } geven
consent-closed-title = Als de { -word-provider-application } gesloten is
consent-closed-choice = { $brand } mag nieuwe { -word-message(form: "many") } ophalen wanneer u de { -word-provider-application } niet gebruikt, maar alleen als u dat hieronder toestaat.
consent-closed-no = { $brand } mag geen { -word-message(form: "many") } ophalen wanneer u de { -word-provider-application } niet gebruikt.
consent-until-title = Tot wanneer
consent-until = Tot <strong>{ $moment }</strong>. Daarna eindigt het vanzelf.
consent-once = Eén keer, binnen de <strong>15 minuten</strong> na uw akkoord. Daarna eindigt het vanzelf.
consent-stop-title = Hoe u stopt
consent-stop = U kunt op elk moment stoppen, zonder reden te geven. Meld u hier aan, ga naar “{ -word-consent(form: "Many") }” en druk op “Stoppen”. Vanaf dat moment kan { $brand } niets meer ophalen.
consent-copies-title = Hoe lang { $brand } kopieën bewaart
consent-copies = { $brand } zegt: “{ $text }”
consent-copies-stop = Dat geldt ook, nadat u stopt, voor wat het al heeft.
consent-decide-title = Uw beslissing
consent-decide-who = U bent aangemeld als <strong>{ $person }</strong>.
consent-decide-for = { $holder ->
    [own] U beslist over <strong>uw eigen { -word-mailbox }</strong>.
   *[other] U beslist over <strong>de { -word-mailbox } van { $name }</strong>.
}
consent-choose = Over welke { -word-mailbox(form: "many") } beslist u?
consent-choose-hint = Kies er minstens een om akkoord te gaan.
consent-less-title = Minder toestaan
consent-less-hint = Vink aan wat { $brand } niet mag doen.
consent-more-title = Meer toestaan
consent-more-hint = Vink aan wat { $brand } ook nog mag doen.
consent-senders-title = { -word-sender(form: "Many") } weglaten
consent-senders-hint = Vink aan van wie { $brand } de { -word-message(form: "many") } niet mag zien.
consent-agree = Akkoord
consent-refuse = Weigeren
consent-after = Wat u ook kiest, daarna gaat u terug naar { $brand }.

outcome-agreed-title = U ging akkoord
outcome-agreed-text = { $brand } mag nu { -word-message(form: "many") } ophalen. U kunt dit op elk moment stoppen onder “{ -word-consent(form: "Many") }”.
outcome-refused-title = U hebt geweigerd
outcome-refused-text = { $brand } krijgt niets. U hoeft niets meer te doen.
outcome-expired-title = Deze { -word-authorization-request } is te oud
outcome-expired-text = Er ging te veel tijd voorbij. Er is niets veranderd. Ga terug naar { $brand } en begin daar opnieuw.
outcome-browser-title = Ga verder in uw eerste browser
outcome-browser-text = U begon hieraan in een andere browser of op een ander toestel. Voor uw veiligheid is hier niets veranderd. Ga terug naar waar u begon, of begin opnieuw in { $brand }.
outcome-fit-title = U hebt geen { -word-mailbox } voor deze { -word-authorization-request }
outcome-fit-text = { $brand } vraagt iets over een soort { -word-mailbox } die u niet hebt, of waarover u niet mag beslissen. Er is niets veranderd.
outcome-off-title = { -word-activation(form: "One") } blijft uit
outcome-off-text = { $brand } kan alleen { -word-message(form: "many") } ophalen zolang { -word-activation } aan staat. Er is niets veranderd. U kunt ze aanzetten wanneer u wilt.
outcome-person-title = Deze { -word-provider-application } verwacht iemand anders
outcome-person-text = U bent niet de persoon die { $brand } kent. Er is niets veranderd en { $brand } verneemt niet wie u bent.
outcome-grant-title = Deze { -word-authorization-request } gaat niet over u
outcome-grant-text = { $brand } verwijst naar een eerdere { -word-consent } van iemand anders, of naar een die beëindigd is. Er is niets veranderd.
outcome-closed-title = { $brand } is nog niet voor u open
outcome-closed-text = { $brand } is nog in een proefperiode en alleen open voor mensen die daarvoor zijn uitgenodigd. Er is niets veranderd. Vraag { $brand } wanneer de app voor iedereen opengaat.
outcome-back = Terug naar { $brand }
outcome-consents = Bekijk uw { -word-consent(form: "many") }
