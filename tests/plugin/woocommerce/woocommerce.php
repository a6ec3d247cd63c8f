<?php
/**
 * Plugin Name: WooCommerce
 * Description: An imitation of the few parts of WooCommerce that our plugin touches, strict about everything else.
 * Version: 8.2.0
 *
 * Each file names the WooCommerce source it imitates. What is not written here ends in an error, never in silence.
 */

require __DIR__ . '/strict.php';
require __DIR__ . '/objects.php';
require __DIR__ . '/boot.php';
require __DIR__ . '/ajax.php';
require __DIR__ . '/pages.php';
require __DIR__ . '/account.php';
require __DIR__ . '/keys.php';
require __DIR__ . '/blocks.php';
