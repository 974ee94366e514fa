package dev.plumbline.cli;

/**
 * What the commands stand on. Tests stand them on something else.
 *
 * @param proxies starts proxies
 * @param recordings finds and opens recordings
 * @param exporter writes exports
 * @param importer makes recordings of dumps
 * @param devices lists interfaces
 */
record Core(Proxies proxies, Recordings recordings, Exporter exporter, Importer importer, DeviceLister devices) {
    static Core real() {
        return new Core(Joins::start, Recordings.ofUser(), Joins::export, Joins::importDump, Joins::devices);
    }
}
