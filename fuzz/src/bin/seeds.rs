//! Packs a folder of seeds to the file that is committed, or unpacks it for cargo-fuzz.

use std::fs;
use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["pack", folder, file] => {
            let entries =
                fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
            let mut seeds: Vec<Vec<u8>> = entries.map(|path| fs::read(path).expect("a seed")).collect();
            seeds.sort();
            fs::write(file, fuzz::pack(&seeds)).expect("the file is written");
        }
        ["unpack", file, folder] => {
            fs::create_dir_all(folder).expect("a folder");
            for (number, seed) in fuzz::unpack(&fs::read(file).expect("a file")).into_iter().enumerate() {
                fs::write(Path::new(folder).join(format!("seed-{number:05}")), seed)
                    .expect("a seed is written");
            }
        }
        _ => panic!("seeds pack FOLDER FILE, or seeds unpack FILE FOLDER"),
    }
}
