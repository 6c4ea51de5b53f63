# Proofs: the lists on pages, and the sheet that carries one.

proofs-title = { -word-evidence(form: "Many") }
proofs-hint = Nous avons scellé ce qui est arrivé à ce { -word-message }. Chacun peut le vérifier, même sans nous.
proofs-of = { $count ->
    [one] { $count } { -word-evidence } concernant { $brand }
   *[other] { $count } { -word-evidence(form: "many") } concernant { $brand }
}
proofs-fact = { $kind ->
    [published] L’{ -word-sender } nous a remis le { -word-message }
    [madeAvailable] Le { -word-message } a été déposé dans la { -word-mailbox }
    [refused] Le { -word-message } n’a pas été remis
    [retrieved] Une { -word-provider-application } a { -word-retrieved } le { -word-message } pour la première fois
    [opened] Une personne a { -word-opened } le { -word-message } pour la première fois
    [expired] Le { -word-message } a été supprimé parce que son délai était écoulé
    [withdrawn] L’{ -word-sender } a { -word-withdrawn } le { -word-message } sans qu’on sache que quelqu’un l’avait { -word-opened }
    [granted] { -word-consent(form: "One") } donnée
    [renewed] { -word-consent(form: "One") } renouvelée
    [widened] { -word-consent(form: "One") } étendue
    [narrowed] { -word-consent(form: "One") } limitée
    [suspended] { -word-consent(form: "One") } suspendue
    [resumed] { -word-consent(form: "One") } de nouveau en cours
   *[ended] { -word-consent(form: "One") } terminée
}
proofs-opening = Ce qui y est caché
proofs-opening-hint = Une { -word-evidence } ne dit pas de qui il s’agit. Le fichier « Ce qui y est caché » montre cela, et ce qui y est masqué par ailleurs, à qui vérifie la { -word-evidence } : ne donnez ce fichier qu’aux personnes qui peuvent le savoir.
proofs-link = Voir les { -word-evidence(form: "many") } concernant les { -word-message(form: "many") }, même supprimés
proofs-messages = { $holder ->
    [own] { -word-evidence(form: "Many") } concernant vos { -word-message(form: "many") }
    [earlier] { -word-evidence(form: "Many") } concernant vos { -word-message(form: "many") } sous un numéro antérieur
   *[other] { -word-evidence(form: "Many") } concernant les { -word-message(form: "many") } de { $name }
}
proofs-messages-lead = Nous avons scellé ce qui est arrivé à chaque { -word-message }. Les { -word-evidence(form: "many") } restent ici quand le { -word-message } lui-même est supprimé. Chacun peut les vérifier, même sans nous.
proofs-back = Retour à la { -word-mailbox }
proofs-next = Plus anciennes
proofs-first = Les plus récentes
proofs-none = Il n’y a pas encore de { -word-evidence(form: "many") }.
proofs-sender-gone = Un { -word-sender } qui n’est plus enregistré

proof-title = { $about ->
    [message] { -word-evidence(form: "One") } concernant un { -word-message }
   *[consent] { -word-evidence(form: "One") } concernant une { -word-consent }
}
proof-issuer = Déclaré par
proof-sealed = Scellé le
proof-stamped = Horodaté le
proof-key = Clé
proof-message-number = Numéro du { -word-message }
proof-sender-number = Numéro d’entreprise de l’{ -word-sender }
proof-content = Contenu
proof-app = { -word-provider-application(form: "One") }
proof-may = Elle peut
proof-consent-number = Numéro de l’{ -word-consent }
proof-check = Ce fichier contient { $file }, dans lequel nous avons scellé les faits ci-dessus. On peut le vérifier avec « facteur verify » ou avec tout programme qui connaît JSON Web Signature, et avec nos clés publiques : { $address }. Conservez ces clés avec ce fichier : il restera vérifiable pour toujours, même sans nous et même après un changement de clés.
proof-seal = Le cachet est un cachet électronique avancé. Ce n’est pas un cachet qualifié.
proof-foot = Facteur, { -word-evidence } dans l’affaire { $matter }
