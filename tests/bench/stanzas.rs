//! How many stanzas a second are decoded: bytes from a connection in memory to bounded elements, as a session reads them.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use futures::StreamExt;
use oriole_core::xmpp::{element::Incoming, ns, stream::TIMEOUTS};
use tokio::io::{BufReader, join, sink};
use tokio_xmpp::xmlstream::{StreamHeader, initiate_stream};

const COUNT: usize = 10_000;

fn bytes() -> Vec<u8> {
    let mut xml = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' \
        xmlns:stream='http://etherx.jabber.org/streams' id='1' from='here' version='1.0'>\
        <stream:features/>"
        .to_owned();
    for number in 0..COUNT {
        xml.push_str(&format!(
            "<message from='friend@there.example/phone' to='me@here/desk' type='chat' id='{number:032x}'>\
             <body>The oriole sings in the green willow {number} 两个黄鹂鸣翠柳</body>\
             <origin-id xmlns='urn:xmpp:sid:0' id='{number:032x}'/>\
             <stanza-id xmlns='urn:xmpp:sid:0' by='me@here' id='{number:016x}'/>\
             <request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/></message>"
        ));
    }
    xml.into_bytes()
}

async fn decode(bytes: Vec<u8>) -> usize {
    let io = join(BufReader::new(std::io::Cursor::new(bytes)), sink());
    let header = StreamHeader {
        to: Some("here".into()),
        from: None,
        id: None,
    };
    let pending = initiate_stream(io, ns::CLIENT, header, TIMEOUTS)
        .await
        .unwrap();
    let mut stream = pending.skip_features::<Incoming>();
    let mut count = 0;
    while let Some(Ok(Incoming::Element(element, _))) = stream.next().await {
        count += usize::from(black_box(element).is("message", ns::CLIENT));
    }
    count
}

fn stanzas(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let bytes = bytes();
    assert_eq!(runtime.block_on(decode(bytes.clone())), COUNT);
    let mut group = criterion.benchmark_group("stanzas");
    group.throughput(Throughput::Elements(COUNT as u64));
    group.sample_size(20);
    group.bench_function("decode", |bencher| {
        bencher.iter_batched(
            || bytes.clone(),
            |bytes| runtime.block_on(decode(bytes)),
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(benches, stanzas);
criterion_main!(benches);
