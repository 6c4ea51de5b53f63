# The public register: which apps there are, and what was checked of them.

register-title = { -word-provider-application(form: "Many") } die met deze dienst werken
register-lead = Hier ziet u welke { -word-provider-application(form: "many") } er zijn en of iemand heeft nagekeken dat ze goed met uw { -word-mailbox } omgaan. Een { -word-provider-application } krijgt pas iets te zien als u dat toestaat.
register-none = Er zijn nog geen { -word-provider-application(form: "many") }.
register-level = { $level ->
    [certified] <strong>Door ons nagekeken.</strong> We hebben onze eigen tests op deze { -word-provider-application } losgelaten en ze is voor alle geslaagd.
    [declared] <strong>Door de makers nagekeken.</strong> Zij hebben onze tests zelf uitgevoerd en staan in voor de uitkomst.
    [lapsed] <strong>De controle is vervallen.</strong> Ze werd vroeger nagekeken en dat telt niet meer.
   *[none] <strong>Niet nagekeken.</strong>
}
register-state = { $state ->
    [active] U kunt ze gebruiken sinds { $date }.
    [suspended] Ze staat stil sinds { $date }.
   *[trying] Ze wordt uitgeprobeerd sinds { $date }.
}
register-state-undated = { $state ->
    [active] U kunt ze gebruiken.
    [suspended] Ze staat stil.
   *[trying] Ze wordt uitgeprobeerd.
}
register-until = De controle telt tot { $date } en gebeurde met versie { $version } van de tests.
register-lapsed = { $why ->
    [policy] We vragen vandaag meer dan toen ze werd nagekeken.
    [certificate] De { -word-provider-application } maakt zich op een andere manier bekend dan toen ze werd nagekeken.
   *[time] Ze telde tot { $date }.
}
register-can = Wat werd nagekeken
register-machines = Dezelfde lijst voor programma’s
