//! Shuffle: the first bytes of all elements, then the second bytes, and so on.

pub(crate) fn decode(bytes: Vec<u8>, parameters: &[u32]) -> Vec<u8> {
    let width = parameters.first().map_or(1, |n| *n as usize);
    if width <= 1 || width > bytes.len() {
        return bytes;
    }
    let count = bytes.len() / width;
    let (planes, rest) = bytes.split_at(count * width);
    let mut out = vec![0; planes.len()];
    match width {
        2 => join::<2>(planes, &mut out),
        4 => join::<4>(planes, &mut out),
        8 => join::<8>(planes, &mut out),
        _ => {
            for (i, plane) in planes.chunks_exact(count).enumerate() {
                for (to, from) in out.iter_mut().skip(i).step_by(width).zip(plane) {
                    *to = *from;
                }
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

/// The same for a width that the compiler knows: one pass, element by element.
fn join<const N: usize>(planes: &[u8], out: &mut [u8]) {
    let count = planes.len() / N;
    let mut parts = [&planes[..0]; N];
    for (part, plane) in parts.iter_mut().zip(planes.chunks_exact(count)) {
        *part = plane;
    }
    for (i, element) in out.as_chunks_mut::<N>().0.iter_mut().enumerate() {
        *element = parts.map(|part| part.get(i).copied().unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_first() {
        assert_eq!(decode(vec![1, 3, 2, 4, 5], &[2]), [1, 2, 3, 4, 5]);
        for width in [3, 4, 8, 9] {
            let bytes: Vec<u8> = (0..99).collect();
            let count = bytes.len() / width;
            let joined = decode(bytes.clone(), &[width as u32]);
            for (i, byte) in joined.iter().enumerate().take(count * width) {
                assert_eq!(*byte as usize, i % width * count + i / width, "{width}");
            }
        }
        assert_eq!(decode(vec![1, 2], &[3]), [1, 2]);
    }
}
