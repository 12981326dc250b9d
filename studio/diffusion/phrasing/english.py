"""English as prompts use it: words by the part that they play, whatever a model knows."""

GROUND = """
    background backdrop backcloth ground wall surface canvas paper board screen curtain floor sky bg scenery
    backgrounds behind | behind it | behind them | in the back
"""
"""What is behind a thing."""
BEFORE = """
    on upon over against onto atop amid before | in front of | set against | set on | on top of | surrounded by |
    placed on
"""
"""What follows, be it only a colour, is behind the thing."""
LINK = """
    is are be being in of to painted dyed tinted coloured colored hued shaded dipped made looks comes becomes | should
    be | must be | shall be | has the colour | has the color | has a color | has a colour
"""
"""What follows tells of what stands before."""
GLUE = """
    colour color colours colors coloured colored hued hue shade shaded tint tinted tone toned tones plain solid simple
    uniform single pure fur furred skin body feathers feathered petals paint hair pale light dark bright deep soft
    vivid strong pastel rich dull very really quite so rather too striking smooth full
"""
"""Stands between a colour and what it tells of."""
BRIDGE = "in as for at the a an its it's this that being used"
"""Stands between a colour and the word for the background that it is used as."""
BETWEEN = "and or & + / then with"
"""Stands between two colours of one thing."""
STOP = ", . ; : ! ? ( ) [ ] { } | - and with but while which that who where wearing holding"
"""Here one part of a sentence ends."""
ADJECTIVE = """
    nice cute lovely beautiful pretty sweet adorable funny happy friendly fancy good great best wonderful amazing
    awesome cool elegant tidy clean fine detailed realistic sharp crisp professional colorful colourful simple minimal
    minimalist modern classic medium normal average ordinary regular sized size new own glowing shiny shining fluffy
    fuzzy furry round old young baby smiling magical charming sleepy brave proud clever gentle
"""
"""Stands before a thing, and is not drawn."""
FILLER = """
    a an the one some this that these those my your our his her their its it it's itself i i'd i'll you we me us he
    she they there here and or with without from by for next beside under near side at as like than then just only
    also please draw paint make show create generate give render design sketch illustrate depict want need would like
    see could can will shall should let have has had having get put place placed picture pictures image images photo
    photograph photography illustration drawing painting sketch artwork art scene view portrait wallpaper poster icon
    logo style styled kind sort type version look looking looks high low quality resolution hd hq 4k 8k uhd
    masterpiece wearing wears wear worn dressed sporting carrying carries holding holds hold gripping wrapped with on
    its head neck hand hands paw paws body which who that what where when whose being is are was be been sitting sits
    standing stands lying lies positioned located placed set sits hanging floating towards toward hand edge half
    border corner part area third center centre middle everything everywhere around all whole entire full thing object
    subject front back inside outside into out of up down off over above below between onto alone itself kindly thanks
    thank hello hi hey ok so very much bit well another sign lights light lighting glow outlines outline bold line
    lines cut do does doing s t am not pic pics img put giving against
"""
"""Words of a request that name nothing to be drawn."""
