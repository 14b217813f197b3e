//! The words that attributions are made of, by what they may be. Knows no sentence.

pub(super) use super::super::lexicon::Class;
use super::super::lexicon::Lexicon;
use std::sync::LazyLock;

pub(super) const SAYS: Class = 1;
pub(super) const CALLS: Class = 1 << 1;
pub(super) const SAYING: Class = 1 << 2;
pub(super) const REPORTS: Class = 1 << 3;
pub(super) const ACCORDING: Class = 1 << 4;
pub(super) const FOREIGN: Class = 1 << 5;
pub(super) const DOCUMENT: Class = 1 << 6;
pub(super) const ISSUED: Class = 1 << 7;
pub(super) const AUXILIARY: Class = 1 << 8;
pub(super) const ADVERB: Class = 1 << 9;
pub(super) const BE: Class = 1 << 10;
pub(super) const DENIAL: Class = 1 << 11;
pub(super) const ARTICLE: Class = 1 << 12;
pub(super) const DETERMINER: Class = 1 << 13;
pub(super) const DEFINITE: Class = 1 << 14;
pub(super) const HE: Class = 1 << 15;
pub(super) const THEY: Class = 1 << 16;
pub(super) const IT: Class = 1 << 17;
pub(super) const FIRST_PERSON: Class = 1 << 18;
pub(super) const JOINS: Class = 1 << 19;
pub(super) const RELATIVE: Class = 1 << 20;
pub(super) const PREPOSITION: Class = 1 << 21;
pub(super) const LINK: Class = 1 << 22;
pub(super) const BREAK: Class = 1 << 23;
pub(super) const TIME: Class = 1 << 24;
pub(super) const BEFORE_TIME: Class = 1 << 25;
pub(super) const TITLE: Class = 1 << 26;
pub(super) const SUFFIX: Class = 1 << 27;
pub(super) const PARTICLE: Class = 1 << 28;
pub(super) const INSTITUTION: Class = 1 << 29;
pub(super) const OUTLET: Class = 1 << 30;
pub(super) const ROLE: Class = 1 << 31;
pub(super) const PLURAL: Class = 1 << 32;
pub(super) const SPOKEN: Class = 1 << 33;
pub(super) const CLOSE_TO: Class = 1 << 34;
pub(super) const NO_SPEAKER: Class = 1 << 35;
pub(super) const ABBREVIATION: Class = 1 << 36;
pub(super) const WORK: Class = 1 << 37;
pub(super) const SPEAKS_FOR: Class = 1 << 38;
pub(super) const HIS: Class = 1 << 39;
pub(super) const PLACE: Class = 1 << 40;
pub(super) const COMMENT: Class = 1 << 41;
pub(super) const SHE: Class = 1 << 42;
pub(super) const FEMALE: Class = 1 << 43;
pub(super) const MALE: Class = 1 << 44;
pub(super) const RELATION: Class = 1 << 45;
pub(super) const CAPITAL: Class = 1 << 46;

/// Words that begin or end a noun phrase and stand in no name, with a capital or without.
pub(super) const NEVER_NAME: Class = DETERMINER
    | HE
    | SHE
    | THEY
    | IT
    | FIRST_PERSON
    | JOINS
    | RELATIVE
    | PREPOSITION
    | LINK
    | BREAK
    | TIME
    | ADVERB
    | SAYS
    | SAYING
    | ACCORDING;

/// The class of a folded word.
pub(super) fn class_of(word: &str) -> Class {
    CLASSES.exact(word)
}

/// The class of a word as it stands in a text.
pub(super) fn class_of_token(word: &str) -> Class {
    let bytes = word.as_bytes();
    let capital = match bytes.first() {
        Some(first) if first.is_ascii() => first.is_ascii_uppercase(),
        _ => word.starts_with(char::is_uppercase),
    };
    if capital {
        return CLASSES.folded(word) | CAPITAL;
    }
    match CLASSES.exact(word) {
        0 if bytes.len() > 4 && bytes.ends_with(b"ly") && !NO_ADVERBS.contains(&word) => ADVERB,
        class => class,
    }
}

/// Whether a word with a capital looks like a verb that only begins its sentence.
pub(super) fn begins_as_verb(word: &str) -> bool {
    word.len() > 5 && (word.ends_with("ing") || word.ends_with("ed"))
}

/// Words by what they may be. ASCII words are looked up without case, others as they are.
static CLASSES: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(WORDS));

/// The words that attributions are made of. A word may stand in several rows.
const WORDS: &[(Class, &str)] = &[
    (
        SAYS,
        "said says say added adds told tells tell asked asks wrote writes write argued argues argue insisted insists insist \
         continued continues warned warns warn explained explains explain noted notes replied replies responded responds \
         declared declares stated states announced recalled recalls joked jokes quipped concluded concludes observed \
         observes remarked remarks countered counters complained complains cautioned cautions predicted predicts testified \
         stressed stresses emphasized emphasised tweeted tweets posted vowed vows promised promises pledged pledges \
         acknowledged acknowledges admitted admits conceded concedes contended contends maintained maintains asserted \
         asserts claimed claims alleged suggested suggests reads read urged urges demanded demands lamented laments mused \
         boasted bragged confirmed reiterated repeated shouted yelled whispered exclaimed retorted snapped sighed muttered \
         chanted commented confided confessed reflected reasoned proclaimed elaborated clarified advised implored pleaded \
         begged reassured agreed agrees wondered interjected offered opined protested ruled went put puts hoped elaborates \
         thundered drawled deadpanned",
    ),
    (
        CALLS,
        "called calls termed described describes labeled labelled branded dubbed denounced condemned blasted slammed \
         criticized criticised praised hailed accused decried mocked touted dismissed characterized characterised derided \
         expressed cited invoked blamed chided ridiculed likened cast spoke welcomed defended rejected denied",
    ),
    (
        SAYING,
        "saying adding calling telling asking writing arguing insisting warning explaining noting replying declaring stating \
         joking concluding remarking complaining cautioning stressing emphasizing tweeting vowing promising acknowledging \
         admitting describing quipping recalling urging demanding lamenting claiming asserting suggesting denouncing \
         condemning praising dismissing accusing continuing repeating shouting chanting reading",
    ),
    (REPORTS, "reported reports"),
    (ACCORDING, "according laut selon según"),
    // German, French and Spanish verbs of saying.
    (
        SAYS | FOREIGN,
        "sagte sagt erklärte erklärt betonte betont schrieb schreibt meinte meint kritisierte warnte ergänzte forderte fordert \
         teilte dit disait déclaré déclare affirmé affirme expliqué explique estimé estime ajouté ajoute assuré assure souligné \
         souligne écrit écrivait indiqué indique précisé précise lancé martelé regretté confié raconte poursuit résume dijo dice \
         afirmó afirma aseguró asegura declaró señaló señala explicó explica añadió añade agregó indicó sostuvo manifestó \
         escribió destacó advirtió subrayó comentó",
    ),
    (AUXILIARY, "a ont avait avaient hat hatte habe haben ha han había"),
    (AUXILIARY, "has have had having would could should can will may might must did does do also"),
    (BE, "is was were are be been being am 's"),
    (
        DENIAL,
        "doesn’t doesn't don’t don't didn’t didn't won’t won't wouldn’t wouldn't hasn’t hasn't haven’t haven't cannot",
    ),
    (
        ADVERB,
        "oh well yes ok okay also then later again once twice first often always still even already earlier too never ever just only simply instead \
         meanwhile however therefore thus now today tomorrow yesterday tonight recently so far ago afterwards afterward \
         nevertheless nonetheless yet perhaps maybe here there previously quickly early aloud online abruptly sternly",
    ),
    (ARTICLE | DETERMINER | DEFINITE, "the der die das dem den le la les l el los las"),
    (ARTICLE | DETERMINER, "a an ein eine einer eines einem un une una"),
    (DETERMINER | DEFINITE, "this these those"),
    (
        DETERMINER,
        "one another some several many most few both all each every no other any two three four five six seven eight nine ten \
         dozens hundreds thousands his her their its our my your whose du des au del sein seine ihr ihre son sa ses su sus",
    ),
    (HE, "he er il él"),
    (SHE, "she sie elle ella"),
    (THEY, "they ils elles ellos"),
    (IT, "it es"),
    (FIRST_PERSON, "i we you us me him them everyone everybody someone somebody nobody anyone anybody none man on"),
    (JOINS, "and but or und et y aber mais pero"),
    (RELATIVE, "who which that qui que der"),
    (LINK | PREPOSITION, "of for"),
    (
        PREPOSITION,
        "in at from with on to by about against near outside inside over under into through during behind among \
         between around across without within despite toward towards like off upon beyond via amid throughout \
         alongside regarding concerning including including à en dans pour sur avec bei mit auf nach gegenüber über im am zum \
         zur con para por sobre",
    ),
    (
        BREAK,
        "when while because if although though as than whether unless where why how what whom once nor not either neither that \
         dass daß als wenn weil quand si comme cuando as per instead after before since until let",
    ),
    (
        TIME,
        "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october \
         november december jan feb aug sept oct nov dec mon tue wed thu fri sat sun today yesterday tomorrow tonight week month \
         year morning afternoon evening night weekend midday noon a.m p.m montag dienstag mittwoch donnerstag freitag samstag \
         sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo",
    ),
    (BEFORE_TIME, "on late early last this in next earlier later since that am le el"),
    (
        TITLE,
        "president mr mrs ms miss dr prof professor sen senator rep representative congressman congresswoman gov governor lt \
         lieutenant gen col colonel capt captain maj major sgt sergeant cpl pvt adm admiral cmdr commander officer detective det \
         inspector chief sheriff marshal deputy secretary minister prime premier chancellor mayor councilman councilwoman \
         councillor councilor judge justice attorney ambassador envoy commissioner chairman chairwoman chair speaker director \
         king queen prince princess duke duchess sir lord lady dame baron baroness sultan emir sheikh sheik pope cardinal \
         archbishop bishop rev reverend father sister brother pastor rabbi imam ayatollah msgr fr coach former vice \
         leader whip spokesman spokeswoman spokesperson candidate nominee ceo cfo coo analyst economist lawyer treasurer \
         undersecretary md hon adviser advisor criminologist historian biologist physicist psychologist sociologist scientist author pollster engineer \
         chef actor actress singer comedian filmmaker producer reporter anchor blogger activist consultant farmer nurse teacher \
         lobbyist veteran contributor researcher whistleblower prosecutor physician manager editor columnist correspondent executive founder strategist host st aldermann alderman then-sen monsieur madame mme herr frau señor señora don doña \
         kanzler kanzlerin bundeskanzler bundeskanzlerin präsident ministre président presidente ministro",
    ),
    (SUFFIX, "jr sr ii iii iv"),
    (PARTICLE, "de van von der den del della di da do dos du al el bin ben ibn la le ten ter y zu zur e abu"),
    (
        INSTITUTION,
        "house department ministry bank university college institute center centre committee association council court office \
         bureau board agency commission federation union church foundation campaign palace parliament congress senate \
         government administration authority police army navy embassy treasury pentagon kremlin vatican party club league group \
         company corporation corp inc ltd llc co organization organisation society school hospital museum service services \
         fund trust chamber assembly supreme city county state states nations republic cabinet command force forces company \
         caucus conference team family elysée",
    ),
    (
        OUTLET,
        "cnn bbc abc nbc cbs msnbc npr pbs reuters ap afp bloomberg politico upi cnbc espn c-span buzzfeed huffington wsj axios \
         times post journal herald tribune gazette guardian telegraph dispatch courier sentinel chronicle observer examiner \
         inquirer globe newspaper newspapers magazine newsweek daily website outlet newswire network broadcaster tmz yahoo \
         weekly paper breitbart spiegel bild monde figaro país mundo xinhua itar-tass tass interfax dpa itv channel sky \
         usatoday wire register beacon",
    ),
    (
        ROLE,
        "official officials spokesman spokeswoman spokesperson spokesmen spokespeople aide aides adviser advisers advisor advisors \
         source sources resident residents officer officers leader leaders analyst analysts diplomat diplomats minister \
         lawyer lawyers attorney attorneys prosecutor prosecutors witness witnesses lawmaker lawmakers executive executives \
         chief chairman chairwoman director manager secretary critic critics activist activists expert experts worker workers \
         resident teacher student students doctor doctors physician reporter reporters protester protesters editor author \
         economist strategist consultant investigator investigators researcher researchers scientist scientists police \
         republican republicans democrat democrats voter voters supporter supporters opponent opponents member members \
         president vice press foreign senior deputy candidate nominee senator congressman governor mayor judge coach envoy \
         ambassador commander general counsel legend star singer actor actress founder owner professor historian head",
    ),
    (PLURAL, "police people"),
    (
        DOCUMENT,
        "readout statement report letter memo memorandum indictment complaint affidavit filing lawsuit document documents \
         transcript email mail e-mail note press-release release announcement communique communiqué study survey order ruling \
         opinion warrant petition resolution declaration manifesto post tweet message messages notice sign banner editorial \
         op-ed article statement statements records papers suit motion decision dissent brief bill law text poster placard",
    ),
    (ISSUED, "released issued sent signed written published posted distributed made put"),
    (SPOKEN, "spokesman spokeswoman spokesperson office"),
    (
        COMMENT,
        "comment comments remark remarks claim claims assertion pledge promise argument declaration accusation description \
         warning admission contention vow",
    ),
    (SPEAKS_FOR, "office"),
    (HIS, "his her"),
    (RELATION, "lady wife husband daughter son brother sister father mother widow"),
    // First names that only a woman or only a man has: enough to keep "she" from the wrong one.
    (
        FEMALE,
        "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa margaret betty sandra ashley \
         kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia kathleen amy anna \
         angela ruth brenda pamela nicole katherine catherine christine samantha debra janet rachel carolyn heather maria diane \
         dianne julie joyce victoria kelly christina joan evelyn lauren judith olivia hannah martha jacqueline ann anne jean \
         kathryn gloria teresa sara janice julia marie madison hillary condoleezza nikki michele claire gabrielle sonia elena \
         ruth valerie angela theresa wendy gina ellen jane alice rose sally peggy annie megan marilyn greta ines ilva berit elin",
    ),
    (
        MALE,
        "james robert john michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald \
         steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric \
         jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond patrick jack dennis jerry \
         tyler aaron jose adam henry nathan douglas zachary peter kyle walter ethan jeremy harold keith christian roger noah \
         gerald carl terry sean austin arthur lawrence jesse dylan bryan joe jim bob bill tom mike steve dan dave ron don ted \
         mitt barack newt rick harry chuck karl eric jay ben greg jeff tim ken ed fred lindsey marco rand mitch joel bashar \
         vladimir benjamin mohamed mohammed ahmed ali hassan hosni pierre jean-claude hans klaus wolfgang dorin piet halvard",
    ),
    (
        PLACE,
        "washington moscow beijing london russia china iran israel america britain france germany japan india pakistan syria \
         egypt iraq afghanistan turkey ukraine europe berlin paris brussels tehran jerusalem cairo damascus kyiv kiev tokyo \
         delhi canada mexico cuba venezuela brazil australia italy spain greece libya yemen lebanon jordan saudi qatar \
         pyongyang seoul korea taiwan texas florida ohio california iowa virginia nevada colorado arizona georgia michigan \
         pennsylvania wisconsin illinois massachusetts chicago boston nato benghazi obamacare twitter facebook google apple \
         microsoft",
    ),
    (CLOSE_TO, "close familiar briefed"),
    (
        NO_SPEAKER,
        "others lot week weeks month months year years day days time times minute minutes hour hours moment thing things way \
         percent interview speech hearing briefing meeting call event rally appearance address conversation debate \
         question questions answer hand case point fact part number lives",
    ),
    (
        ABBREVIATION,
        "mr mrs ms dr sen rep gov gen lt col capt maj sgt adm prof rev st jr sr vs inc co corp ltd no mt jan feb mar apr aug sept \
         sep oct nov dec calif fla ariz mass pa va md ill mich minn wis conn tenn ky ga ala ark okla tex wash ore colo nev r d \
         la miss mo ind vt wyo mont neb kan del brig cmdr det hon msgr fr jan dept est ave blvd ft",
    ),
    (
        WORK,
        "titled entitled nicknamed named song film movie book novel album show series musical single sitcom play documentary \
         drama comedy word words phrase term slogan headline headlined hashtag title band",
    ),
];

/// Words in -ly that are nouns.
const NO_ADVERBS: [&str; 7] = ["family", "assembly", "reply", "rally", "supply", "monopoly", "anomaly"];

#[cfg(test)]
mod tests {
    use super::super::fixture::check;
    use super::*;

    #[test]
    fn other_languages() {
        check(&[
            ("„Wir zahlen“, sagte Ilva Marant am Montag.", "Ilva Marant"),
            ("„Wir zahlen“, erklärte der Bürgermeister.", "Bürgermeister"),
            ("Laut Ilva Marant ist es „sehr spät“.", "-"),
            ("Es ist „sehr spät“, laut Ilva Marant.", "Ilva Marant"),
            ("« Nous payons », a déclaré Ilva Marant.", "Ilva Marant"),
            ("« Nous payons », selon Ilva Marant.", "Ilva Marant"),
            ("«Pagamos», dijo Ilva Marant en Lisk.", "Ilva Marant"),
            ("«Pagamos», según Ilva Marant.", "Ilva Marant"),
        ]);
    }

    #[test]
    fn every_word_is_found_in_its_list() {
        for (class, words) in WORDS {
            for word in words.split_ascii_whitespace() {
                assert_eq!(class_of(word) & class, *class, "{word}");
            }
        }
    }
}
