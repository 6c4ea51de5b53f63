# What went wrong, in plain words, and what to do about it.

error-trace = Referentie:
error-trace-hint = Vraagt u hulp? Geef dan deze referentie.

error-not-found-title = Wij vonden deze pagina niet
error-not-found-text = Misschien klopt het adres niet, of is het { -word-message } vervallen en verwijderd.
error-session-title = U bent afgemeld
error-session-text = U deed hier een tijdje niets. Voor uw veiligheid hebben wij u afgemeld. Meld u opnieuw aan om verder te gaan.
error-forbidden-title = U mag dit hier niet doen
error-forbidden-text = U hebt niet het recht om dit te doen met de { -word-mailbox } die u geopend hebt. Misschien mag u er alleen in lezen. Er is niets veranderd.
error-form-title = Wij hebben dit niet uitgevoerd
error-form-text = De pagina die u verstuurde, was te oud of kwam niet van deze site. Er is niets veranderd. Ga terug, laad de pagina opnieuw en probeer het nog eens.
error-input-title = Wij begrepen dit niet
error-input-text = Iets in het adres of het formulier klopt niet. Er is niets veranderd.
error-choice-title = U hebt geen { -word-mailbox } gekozen
error-choice-text = Om akkoord te gaan, kiest u om welke { -word-mailbox } het gaat. Er is niets veranderd. Ga terug en kies er een.
error-request-title = Deze link werkt niet
error-request-text = De { -word-provider-application } stuurde u hierheen met een link die fout, te oud of al gebruikt is. Er is niets veranderd. Ga terug naar de { -word-provider-application } en begin daar opnieuw.
error-busy-title = Het is erg druk
error-busy-text = Wacht een minuut en probeer het opnieuw. Er is niets veranderd.
error-server-title = Er ging bij ons iets mis
error-server-text = Dat ligt niet aan u. Wij hebben vastgelegd wat er gebeurde. Probeer het later opnieuw.
