# The public register: which apps there are, and what was checked of them.

register-title = { -word-provider-application(form: "Many") } qui fonctionnent avec ce service
register-lead = Vous voyez ici quelles { -word-provider-application(form: "many") } existent et si quelqu’un a vérifié qu’elles traitent bien votre { -word-mailbox }. Une { -word-provider-application } ne voit quelque chose que si vous le permettez.
register-none = Il n’y a pas encore d’{ -word-provider-application(form: "many") }.
register-level = { $level ->
    [certified] <strong>Vérifiée par nous.</strong> Nous avons soumis cette { -word-provider-application } à nos propres tests et elle les a tous réussis.
    [declared] <strong>Vérifiée par ses auteurs.</strong> Ils ont fait nos tests eux-mêmes et répondent du résultat.
    [lapsed] <strong>La vérification n’est plus valable.</strong> Elle a été vérifiée auparavant, et cela ne compte plus.
   *[none] <strong>Non vérifiée.</strong>
}
register-state = { $state ->
    [active] Vous pouvez l’utiliser depuis le { $date }.
    [suspended] Elle est en pause depuis le { $date }.
   *[trying] Elle est à l’essai depuis le { $date }.
}
register-state-undated = { $state ->
    [active] Vous pouvez l’utiliser.
    [suspended] Elle est en pause.
   *[trying] Elle est à l’essai.
}
register-until = La vérification compte jusqu’au { $date } et a été faite avec la version { $version } des tests.
register-lapsed = { $why ->
    [policy] Nous demandons aujourd’hui davantage que lors de la vérification.
    [certificate] L’{ -word-provider-application } se fait reconnaître autrement que lors de la vérification.
   *[time] Elle comptait jusqu’au { $date }.
}
register-can = Ce qui a été vérifié
register-machines = La même liste pour les programmes
