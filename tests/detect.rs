//! Marked texts in, marked texts out: `[[` and `]]` stand around what must be found, on both sides.

use wirecopy::align::Role;
use wirecopy::{Document, Kind, Metadata};

use crate::harness::{article, check, check_nothing, check_self, marked, own_words, scan, strip};

// ------------------------------------------------------------------------------------------------------------ length

#[test]
fn a_run_of_eight_words_is_found() {
    check(
        "Before dawn [[eleven fishing boats left the narrow stone harbour]] under tow.",
        "Nobody saw that [[eleven fishing boats left the narrow stone harbour]]; fog lay on it.",
    );
}

#[test]
fn a_run_of_seven_words_is_not_found() {
    check_nothing(
        "Before dawn eleven fishing boats left the narrow harbour under tow.",
        "Nobody saw that eleven fishing boats left the narrow harbour; fog lay on it.",
    );
}

#[test]
fn a_text_of_eight_words_may_be_all_there_is() {
    check(
        "[[Ferry crews will strike again from noon tomorrow]].",
        "[[Ferry crews will strike again from noon tomorrow]]",
    );
}

#[test]
fn texts_of_seven_words_or_fewer_share_nothing_even_if_they_are_the_same() {
    check_nothing("Ferry crews will strike again from noon.", "Ferry crews will strike again from noon.");
    check_nothing("Ferry", "Ferry");
    check_nothing("", "");
}

#[test]
fn identical_articles_are_one_overlap_from_end_to_end() {
    let text = "[[The lighthouse keeper of Sorrel Point retired.\n\nHe had lit the lamp for forty one years, he said, \
                and had missed it twice]].";
    check(text, text);
}

#[test]
fn a_shared_beginning_is_found_up_to_its_last_word() {
    check(
        "[[A barge with salt ran aground below the old]] mill this morning.",
        "[[A barge with salt ran aground below the old]] sluice at noon.",
    );
}

#[test]
fn a_shared_end_is_found_from_its_first_word() {
    check(
        "This morning [[a barge with salt ran aground below the mill]].",
        "Pilots doubt why [[a barge with salt ran aground below the mill]]",
    );
}

#[test]
fn a_run_goes_on_over_the_end_of_a_paragraph() {
    check(
        "Rain fell. [[The orchard owners lost half their pears.\n\nInsurers will visit on Monday]], we hear.",
        "So [[the orchard owners lost half their pears. Insurers will visit on Monday]] and Tuesday.",
    );
}

#[test]
fn where_texts_break_their_lines_does_not_matter() {
    check(
        "Word came that [[the orchard owners\nlost half their\npears in one night]].\n\nMore follows.",
        "Sadly [[the orchard owners lost half\r\ntheir pears in one night]].\r\n\r\nNothing follows here.",
    );
}

// ---------------------------------------------------------------------------------------------------- how it is spelt

#[test]
fn capitals_do_not_matter() {
    check(
        "ROME: [[THE GLASS BRIDGE WILL STAY SHUT UNTIL EASTER]], SAYS CITY.",
        "We learn [[the glass bridge will stay shut until Easter]]. Fine.",
    );
}

#[test]
fn sharp_s_is_two_s() {
    check(
        "Heute: [[Die Straße am Fluß bleibt bis Ostern für Fußgänger]] zu.",
        "Gestern: [[DIE STRASSE AM FLUSS BLEIBT BIS OSTERN FÜR FUSSGÄNGER]] OFFEN.",
    );
}

#[test]
fn straight_and_curly_apostrophes_are_the_same() {
    check(
        "Clerks say [[the mayor's brother doesn't own the quarry's upper road]] yet.",
        "Others hold [[the mayor’s brother doesn’t own the quarry‘s upper road]] now.",
    );
}

#[test]
fn a_possessive_is_another_word_than_a_plural() {
    check_nothing(
        "Guards watched the mayor's horses cross the river bridge slowly.",
        "Children watched the mayors horses cross the river bridge quietly.",
    );
}

#[test]
fn quotation_marks_inside_a_run_do_not_matter() {
    check(
        "It was, [[he wrote, “a winter without snow” and a spring without]] rain.",
        "Yesterday [[he wrote, \"a winter without snow\" and a spring without]] wind.",
    );
}

#[test]
fn dashes_and_ellipses_are_no_words() {
    check(
        "Then [[the pump – the last one – failed… and water rose quickly]].",
        "Today [[the pump — the last one — failed and water rose -- quickly]]!",
    );
}

#[test]
fn soft_hyphens_and_zero_width_characters_leave_no_trace() {
    check(
        "Now [[the gov\u{ad}ern\u{ad}ment will sell its railway sta\u{200b}tions to nobody]] at all.",
        "Later [[the government will sell its rail\u{2060}way stations to nobody]], ever.",
    );
}

#[test]
fn a_no_break_space_parts_words_as_a_space_does() {
    check(
        "Here [[the\u{a0}government\u{a0}will sell its railway\u{202f}stations to nobody]].",
        "There [[the government will sell its railway stations to nobody]]?",
    );
}

#[test]
fn composed_and_decomposed_letters_are_the_same() {
    check(
        "Le soir, [[le café de la gare fermé a rouvert très]] tard.",
        "Hier [[le cafe\u{301} de la gare ferme\u{301} a rouvert tre\u{300}s]] peu.",
    );
}

#[test]
fn a_letter_without_its_accent_is_another_letter() {
    check_nothing("Le soir, le café de la gare fermé a rouvert.", "Hier le cafe de la gare ferme a rouvert.");
}

#[test]
fn ligatures_and_full_width_letters_are_the_letters_they_show() {
    check(
        "Soon [[the ﬁreﬂy count of Ｔａｒｒｏｗ begins in all nine]] meadows.",
        "Again [[the firefly count of Tarrow begins in all nine]] woods.",
    );
}

#[test]
fn thousands_separators_do_not_matter() {
    check(
        "In all [[3,000 crates and 1,250,000 bottles left the depot overnight]] by rail.",
        "Some [[3000 crates and 1250000 bottles left the depot overnight]], a clerk said.",
    );
}

#[test]
fn a_decimal_point_is_part_of_its_number() {
    check_nothing(
        "Prices rose 3.5 percent in coastal towns last autumn again.",
        "Wages rose 35 percent in coastal towns last autumn only.",
    );
}

#[test]
fn dots_of_abbreviations_do_not_matter() {
    check(
        "On Friday [[the U.S. consul met both N.G.O. leaders behind closed doors]].",
        "Quietly [[the US consul met both NGO leaders behind closed doors]] there.",
    );
}

#[test]
fn a_hyphenated_word_is_two_words() {
    check(
        "One [[well-known cattle-dealer sold twelve oxen here]] today.",
        "The [[well known cattle dealer sold twelve oxen here]] again.",
    );
}

// ------------------------------------------------------------------------------------------------- what is in between

#[test]
fn a_quotation_interrupted_by_who_said_it_is_one_overlap() {
    check(
        "“[[Our granaries hold enough barley for two winters,” the palace said, “and no family in the valley will go \
         hungry]]” now.",
        "The statement read: “[[our granaries hold enough barley for two winters and no family in the valley will go \
         hungry]].”",
    );
}

#[test]
fn a_caption_of_forty_words_in_between_makes_two_overlaps() {
    let caption = own_words(40);
    check(
        &format!(
            "[[The dam keepers opened both eastern gates at midnight]]. {caption} [[The villages below were warned by bells \
             and by riders]]."
        ),
        "[[The dam keepers opened both eastern gates at midnight]]. [[The villages below were warned by bells and by riders]].",
    );
}

#[test]
fn one_changed_word_does_not_part_an_overlap() {
    check(
        "We know [[the harbour master counted nineteen empty cradles along the eastern slipway before breakfast]] today.",
        "Soon [[the harbour master counted ninety empty cradles along the eastern slipway before breakfast]] came.",
    );
}

#[test]
fn an_altered_quotation_is_found_where_the_pair_shares_more() {
    // Its longest equal runs are five words: far from the other overlap, it is found by what the pair shares there.
    let (before, between) = (own_words(30), own_words(30));
    check(
        &format!(
            "[[Two envoys waited for nine hours in the snow outside]] town. {before} He spoke of “[[no true shift in prices \
             since we met last spring]]” and left."
        ),
        &format!(
            "Yes, [[two envoys waited for nine hours in the snow outside]]. {between} She heard “[[no true shift in prices at \
             all since we met last spring]]” then."
        ),
    );
}

#[test]
fn paragraphs_in_another_order_are_overlaps_of_their_own() {
    check(
        "[[The first witness saw a red cart near the well]].\n\n[[A second witness heard three shots from the chapel \
         tower]].",
        "[[A second witness heard three shots from the chapel tower]].\n\n[[The first witness saw a red cart near the \
         well]].",
    );
}

#[test]
fn the_same_words_in_another_order_are_not_found() {
    check_nothing(
        "Nine grey geese crossed over the frozen northern lake yesterday evening.",
        "Yesterday evening over the lake nine northern geese crossed frozen grey.",
    );
}

#[test]
fn articles_on_the_same_matter_in_their_own_words_share_nothing() {
    check_nothing(
        "The council of Hale closed the indoor pool on Monday after a roof beam cracked, and promised repairs by June.",
        "A cracked roof beam has shut the pool in Hale. Councillors, who acted on Monday, hope to reopen it in June.",
    );
}

// ------------------------------------------------------------------------------------------------------ rims and trim

#[test]
fn two_equal_words_behind_one_changed_word_belong_to_the_overlap() {
    check(
        "Later [[all seven bakers signed the letter to the mayor of upper Lisk]] itself.",
        "Yet [[all seven bakers signed the letter to the mayor near upper Lisk]] again.",
    );
}

#[test]
fn one_equal_word_behind_a_changed_word_does_not_belong_to_it() {
    check(
        "Later [[all seven bakers signed the letter to the mayor]] of Lisk itself.",
        "Yet [[all seven bakers signed the letter to the mayor]] near Lisk again.",
    );
}

#[test]
fn two_equal_words_before_a_changed_word_belong_to_the_overlap() {
    check(
        "Then [[upper Lisk saw all seven bakers sign the letter to the mayor]] itself.",
        "Yet [[upper Lisk let all seven bakers sign the letter to the mayor]] again.",
    );
}

#[test]
fn a_rim_does_not_cross_three_words() {
    check(
        "Later [[all seven bakers signed the letter to the mayor]] living now beyond upper Lisk itself.",
        "Yet [[all seven bakers signed the letter to the mayor]] somewhere down near upper Lisk again.",
    );
}

#[test]
fn a_rim_does_not_cross_the_end_of_a_sentence() {
    check(
        "Later [[all seven bakers signed the letter to the mayor]]. Now upper Lisk itself waits.",
        "Yet [[all seven bakers signed the letter to the mayor]]. Poor upper Lisk slept.",
    );
}

#[test]
fn a_rim_does_not_cross_a_quotation_mark() {
    check(
        "“Later [[all seven bakers signed the letter to the mayor]],” said upper Lisk itself.",
        "“Yet [[all seven bakers signed the letter to the mayor]],” laughed upper Lisk again.",
    );
}

#[test]
fn a_common_word_before_a_quotation_mark_is_trimmed() {
    check(
        "Ministers told us that “[[the northern granaries will open their doors to every family of the valley before the \
         first snow falls on Aldermere this coming winter]]”.",
        "Papers claim that “[[the northern granaries will open their doors to every family of the valley before the \
         first snow falls on Aldermere this coming winter]]”, no more.",
    );
}

#[test]
fn a_common_word_after_a_sentence_end_is_trimmed() {
    check(
        "Officials hope [[northern granaries open their doors to every family of the valley before the first snow falls on \
         Aldermere this coming winter]]. The weather is mild.",
        "Farmers doubt [[northern granaries open their doors to every family of the valley before the first snow falls on \
         Aldermere this coming winter]]. The harvest was poor.",
    );
}

#[test]
fn a_rare_word_before_a_quotation_mark_is_not_trimmed() {
    check(
        "Ministers [[vowed: “the northern granaries will open their doors to every family of the valley before the \
         first snow falls on Aldermere this coming winter]]”.",
        "Papers [[vowed: “the northern granaries will open their doors to every family of the valley before the \
         first snow falls on Aldermere this coming winter]]”, no more.",
    );
}

#[test]
fn a_short_overlap_is_never_trimmed() {
    check(
        "Ministers told us [[that “northern granaries open doors for families before winter]] comes”.",
        "Papers claim [[that “northern granaries open doors for families before winter]] ends”.",
    );
}

// ---------------------------------------------------------------------------------------------------------- repeats

#[test]
fn words_that_an_article_says_twice_are_found_in_it() {
    check_self(
        "[[The bell of Saint Orrin rings for every lost sailor]]. Nobody knows why. Still [[the bell of Saint Orrin rings \
         for every lost sailor]], says the sexton.",
    );
}

#[test]
fn seven_words_that_an_article_says_twice_are_not_found() {
    check_self("The bell of Saint Orrin rings nightly. Nobody knows why. Still the bell of Saint Orrin rings nightly.");
}

#[test]
fn a_run_that_overlaps_itself_is_not_reported() {
    check_self("Crowds cheered long live the queen long live the queen long live the queen there.");
    check_self(&format!("Then {}came the bell.", "ding ".repeat(15)));
}

#[test]
fn a_phrase_that_stands_twice_on_one_side_is_a_main_row_and_a_repeat() {
    let phrase = "the last tram of the night leaves from Copper Square";
    let a = article("a", "Herald", &format!("{} {phrase} {}", own_words(5), own_words(5)));
    let b = article("b", "Post", &format!("{phrase} {} {phrase} {}", own_words(50), own_words(5)));
    let report = scan([a, b]);
    let mut roles: Vec<Role> =
        report.overlaps.iter().filter(|row| row.a.document != row.b.document).map(|row| row.role).collect();
    roles.sort();
    assert_eq!(roles, [Role::Main, Role::Repeat]);
}

#[test]
fn the_words_of_an_altered_quotation_serve_once_in_a_pair() {
    // Each half is too short to stand alone, and both articles have it; the second of the other article finds it taken.
    let (head, tail) = ("no true shift in prices", "since we met last spring");
    let shared = "two envoys waited for nine hours in the snow outside";
    let a = format!("{shared} {} {head} {tail} {}", own_words(60), own_words(3));
    let b = format!(
        "{shared} {} {head} {} {tail} {} {head} {} {tail}",
        own_words(60),
        own_words(1),
        own_words(60),
        own_words(2)
    );
    let (found, other) = marked(&a, &b);
    assert_eq!(found.matches("[[").count(), 2, "{found}");
    assert_eq!(other.matches("[[").count(), 2, "{other}");
}

#[test]
fn short_phrases_that_stand_often_on_both_sides_are_not_reported() {
    let phrase = "people familiar with the matter said";
    let often = || (0..6).map(|_| format!("{} {phrase}", own_words(20))).collect::<Vec<_>>().join(" ");
    let shared = "two envoys waited for nine hours in the snow outside";
    let text = || format!("[[{shared}]] {} {}", often(), own_words(4));
    check(&text(), &text());
}

// ---------------------------------------------------------------------------------------------------------- scripts

#[test]
fn sixteen_graphemes_of_chinese_are_found() {
    check("据报[[山桥明日重开船夫昨夜已到北港等待]]潮水。", "传闻[[山桥明日重开船夫昨夜已到北港等待]]命令！");
}

#[test]
fn eight_graphemes_of_chinese_are_not_found() {
    check_nothing("据报山桥明日重开船夫潮水退去。", "传闻山桥明日重开船夫命令未下！");
}

#[test]
fn offsets_of_chinese_count_characters_and_bytes() {
    let shared = "山桥明日重开，船夫昨夜已到北港等待潮水。";
    let report = scan([article("a", "", &format!("甲乙{shared}")), article("b", "", &format!("丙{shared}"))]);
    let row = &report.overlaps[0];
    assert_eq!(report.overlaps.len(), 1);
    assert_eq!((row.a.chars, row.b.chars), ((2, 21), (1, 20)), "full stop left out");
    assert_eq!((row.a.bytes.range(), row.b.bytes.range()), (6..63, 3..60));
    assert_eq!((row.a.words, row.matched_words), (18, 18), "graphemes, comma left out");
}

#[test]
fn chinese_with_names_in_latin_letters_is_one_overlap() {
    check(
        "今天[[北港消息 Orrin Shipping 公司昨夜宣布山桥明日重开船夫已到]]城里。",
        "昨日[[北港消息 orrin shipping 公司昨夜宣布山桥明日重开船夫已到]]村中。",
    );
}

#[test]
fn japanese_is_read_by_graphemes() {
    check(
        "けさ[[港の橋は来週の月曜日から再び通れるようになる]]らしい。",
        "市長、[[港の橋は来週の月曜日から再び通れるようになる]]と述べた。",
    );
}

#[test]
fn thai_is_read_by_graphemes_and_never_trimmed() {
    check("เช้านี้ [[สะพานเก่าของท่าเรือจะเปิดอีกครั้งในวันจันทร์หน้า]] แล้ว", "ข่าว [[สะพานเก่าของท่าเรือจะเปิดอีกครั้งในวันจันทร์หน้า]] ครับ");
}

#[test]
fn arabic_is_read_by_words_whether_vowels_are_written_by_one_or_the_other_code() {
    check(
        "اليوم [[فتح الميناء القديم أبوابه أمام السفن بعد عامين من الإغلاق]] التام.",
        "وقال إن [[فتح الميناء القديم أبوابه أمام السفن بعد عامين من الإغلاق]]؟",
    );
}

#[test]
fn urdu_is_read_by_words() {
    check(
        "کل [[پرانی بندرگاہ نے دو سال بعد جہازوں کے لیے اپنے دروازے]] کھولے۔",
        "آج [[پرانی بندرگاہ نے دو سال بعد جہازوں کے لیے اپنے دروازے]] بند۔",
    );
}

#[test]
fn cyrillic_capitals_do_not_matter() {
    check(
        "Вчера [[СТАРЫЙ ПОРТ ОТКРЫЛ ВОРОТА ДЛЯ СУДОВ ПОСЛЕ ДВУХ]] лет.",
        "Сегодня [[старый порт открыл ворота для судов после двух]] зим.",
    );
}

#[test]
fn korean_is_read_by_words() {
    check(
        "오늘 [[낡은 항구가 두 해 만에 배들을 위해 다시 문을]] 열었다.",
        "어제 [[낡은 항구가 두 해 만에 배들을 위해 다시 문을]] 닫았다.",
    );
}

// ---------------------------------------------------------------------------------------------- what is article text

#[test]
fn a_headline_is_no_part_of_the_text() {
    let with_title = |id: &str, text: &str| Document {
        metadata: Metadata {
            title: "Ferry crews will strike again from noon tomorrow, union says".into(),
            ..Metadata::default()
        },
        ..article(id, "", text)
    };
    let report = scan([with_title("a", &own_words(20)), with_title("b", &own_words(20))]);
    assert_eq!(report.overlaps.len(), 0);
    assert!(report.articles.iter().all(|row| row.words == 20));
}

#[test]
fn front_matter_is_no_part_of_the_text_but_offsets_count_it() {
    let head = "---\ntitle: Ferry crews will strike again from noon tomorrow\n---\n";
    let shared = "eleven fishing boats left the narrow stone harbour";
    let plain = |id: &str| Document { body_start: head.len() as u32, ..article(id, "", &format!("{head}{shared}")) };
    let report = scan([plain("a"), plain("b")]);
    assert_eq!(report.overlaps.len(), 1);
    assert_eq!(report.overlaps[0].a.bytes.range(), head.len()..head.len() + shared.len());
    assert_eq!((report.overlaps[0].a.line, report.overlaps[0].a.paragraph), (4, 1));
}

// ------------------------------------------------------------------------------------------------------------- facts

#[test]
fn an_overlap_is_exact_if_every_word_is_equal_and_nothing_lies_between() {
    let run = "all seven bakers of upper Lisk signed the letter to the mayor";
    let exact = |other: &str| {
        let report = scan([article("a", "", run), article("b", "", other)]);
        assert_eq!(report.overlaps.len(), 1);
        (report.overlaps[0].exact, report.overlaps[0].matched_words)
    };
    assert_eq!(exact(&run.to_uppercase()), (true, 12));
    assert_eq!(exact(&run.replace("signed", "signed (in ink)")), (false, 12));
    assert_eq!(exact(&run.replace("signed", "tore")), (false, 11));
}

#[test]
fn similarity_is_twice_the_equal_words_by_the_words_of_both_sides() {
    let run = "all seven bakers of upper Lisk signed the letter to the mayor";
    let report = scan([article("a", "", run), article("b", "", &run.replace("signed", "then signed"))]);
    assert_eq!(report.overlaps[0].similarity, 24.0 / 25.0);
}

#[test]
fn what_stands_in_marks_on_both_sides_is_a_quotation() {
    let kind = |a: &str, b: &str| {
        let report = scan([article("a", "Herald", &strip(a)), article("b", "Post", &strip(b))]);
        assert_eq!(report.overlaps.len(), 1);
        report.overlaps[0].judged.kind
    };
    let words = "all seven bakers of upper Lisk signed the letter to the mayor";
    assert_eq!(kind(&format!("He said: “{words}.”"), &format!("«{words}», she said")), Kind::Quotation);
    assert_eq!(kind(&format!("He said: “{words}.”"), &format!("We report: {words}.")), Kind::Unattributed);
    assert_eq!(kind(words, words), Kind::Unattributed);
}

#[test]
fn words_of_the_own_outlet_are_self_words_and_those_of_no_outlet_are_foreign() {
    let words = "all seven bakers of upper Lisk signed the letter to the mayor";
    let kinds = |x: &str, y: &str| {
        let report = scan([article("a", x, words), article("b", y, words)]);
        let row = &report.articles[1];
        (row.unique_words, row.self_words, row.unattributed_words)
    };
    assert_eq!(kinds("Herald", "Herald"), (0, 12, 0));
    assert_eq!(kinds("Herald", "Post"), (0, 0, 12));
    assert_eq!(kinds("", ""), (0, 0, 12), "an empty outlet equals nothing");
}
