# An enterprise's own software: what it is, registering it, what was wrong, what comes next.

software-tag = { -word-own-software(form: "One") }
software-title = Laisser un système de { $name } lire cette { -word-mailbox }
software-lead = Un système de { $name }, par exemple pour la comptabilité, peut lire lui-même cette { -word-mailbox }, sans passer par une { -word-provider-application }.
software-may = Il voit la liste des { -word-message(form: "many") }, lit les { -word-message(form: "many") } et leurs { -word-attachment(form: "many") }, les marque comme lus, les met aux { -word-archive } et y répond.
software-what-only = Il lit uniquement cette { -word-mailbox } et peut marquer des { -word-message(form: "many") } comme lus.
software-what-known = Nous le reconnaissons à son certificat, que vous collez ci-dessous. La clé privée reste chez vous.
software-what-until = Il peut lire pendant 12 mois au maximum. Vous pouvez l’arrêter à tout moment, à côté des { -word-consent(form: "many") }.
software-what-log = Ce qu’il lit figure dans la liste de qui a consulté cette { -word-mailbox }.
software-what-role = Quand vous ne représentez plus { $name }, il est suspendu jusqu’à ce que quelqu’un qui le fait le laisse continuer.
software-name = Nom du système
software-name-hint = Pour que vous et d’autres le reconnaissiez. 60 caractères au maximum.
software-certificate = Certificat
software-certificate-hint = Ouvrez le fichier du certificat comme texte et collez-le en entier, à partir de « -----BEGIN CERTIFICATE----- ». S’il y en a plusieurs, celui du système lui-même vient en premier. Ne collez jamais de clé privée.
software-register = Enregistrer
software-back = Retour sans enregistrer
software-refused-title = Pas enregistré
software-refused = { $why ->
    [name] Donnez au système un nom de 1 à 60 caractères.
    [key] Vous avez collé une clé privée. Nous ne l’avons pas gardée, mais une clé privée ne doit jamais quitter votre système. Ne l’utilisez plus : faites faire une nouvelle clé et un nouveau certificat, et collez ici uniquement le certificat.
    [none] Nous n’avons pas trouvé de certificat dans le texte. Collez-le en entier, de « -----BEGIN CERTIFICATE----- » à « -----END CERTIFICATE----- ».
    [expired] Le certificat a expiré. Demandez-en un nouveau et collez-le.
    [early] Le certificat n’est pas encore valable. Réessayez quand il le sera.
    [usage] Le certificat n’est pas fait pour un système qui s’identifie auprès d’un autre. Demandez-en un pour l’usage « clientAuth ». Si vous en avez collé plusieurs, celui du système lui-même doit venir en premier.
    [revoked] Le certificat a été révoqué. Demandez-en un nouveau et collez-le.
    [unknown] Nous ne pouvons pas vérifier pour le moment si le certificat a été révoqué. Réessayez plus tard.
    [environment] Le certificat est prévu pour un autre environnement que celui-ci.
    [large] Ce que vous avez collé est plus grand qu’un certificat ne peut l’être. Collez au maximum quatre certificats.
    [role] Le certificat est prévu pour autre chose qu’un { -word-own-software }.
    [organization] Le certificat est celui d’une autre organisation, et non celui de { $name }.
    [registered] Ce certificat est déjà enregistré. Chaque système a besoin du sien.
   *[issuer] Le certificat ne vient pas d’une autorité que nous acceptons pour les { -word-own-software(form: "many") }. S’il y a des certificats intermédiaires, collez-les sous celui du système.
}
software-done-title = { $brand } est enregistré
software-done-text = Il peut lire la { -word-mailbox } de { $name } jusqu’au { $moment }.
software-next-title = La suite
software-next = Transmettez ceci à la personne qui configure le système.
software-id = Identifiant
software-next-begin = Où il obtient l’accès
software-next-read = Comment il lit les { -word-message(form: "many") }
software-done-beside = Il figure maintenant à côté de vos { -word-consent(form: "many") }. Vous pouvez l’y arrêter à tout moment.
