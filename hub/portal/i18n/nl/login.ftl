# Logging in and out.

login-title = Aanmelden
login-lead = Om deze pagina te zien, moet u zich aanmelden.
login-how = U gaat naar de aanmelddienst die u voor alle overheidsdiensten gebruikt. Daarna komt u hier terug.
login-safe-title = Uw nummer blijft bij ons
login-safe = Wij gebruiken uw rijksregisternummer alleen om uw { -word-mailbox } te vinden. Wij geven het nooit door aan een { -word-provider-application }.
login-continue = Verder naar aanmelden
login-again = Probeer opnieuw

login-assurance-title = Meld u aan met een sterker middel
login-assurance-text = Het middel dat u gebruikte, is niet sterk genoeg voor officiële post. Probeer opnieuw en kies bijvoorbeeld uw identiteitskaart met pincode of een app op uw telefoon.
login-cancelled-title = U bent niet aangemeld
login-cancelled-text = U bent gestopt voor het einde. Er is niets veranderd.
login-identity-title = Wij weten niet wie u bent
login-identity-text = De aanmelddienst gaf ons geen geldig rijksregisternummer. Zonder dat nummer vinden wij uw { -word-mailbox } niet.
login-acting-title = U kunt zich hier op dit moment niet aanmelden
login-acting-text = Iemand anders mag hier misschien voor u handelen. Hebt u vragen, of denkt u dat dit niet klopt? Neem contact met ons op en geef de referentie hieronder.
login-elsewhere-title = Ga verder waar u begon
login-elsewhere-text = U begon met aanmelden in een andere browser of app. Voor uw veiligheid gaat het hier niet verder. Er is niets veranderd. Ga terug naar waar u begon en meld u daar opnieuw aan. Lukt dat niet? Open dan de browser die u altijd gebruikt en begin daar opnieuw.
login-expired-title = Het aanmelden duurde te lang
login-expired-text = Voor uw veiligheid is de tijd om u aan te melden beperkt. Begin opnieuw.
login-unavailable-title = U kunt zich nu niet aanmelden
login-unavailable-text = De aanmelddienst antwoordt niet. Dat ligt niet aan u. Probeer het over enkele minuten opnieuw.

logged-out-title = U bent afgemeld
logged-out-text = Deelt u deze computer met anderen? Sluit dan ook de browser.
